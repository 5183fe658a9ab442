using Panoptes.Inference.MEInst;

namespace Panoptes.Coco.Codecs;

/// <summary>A codec that a report shows next to the one it is about.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Codec">The codec.</param>
/// <param name="Point">How well the same masks survive it.</param>
public sealed record ComparedCodec(string Path, MaskCodec Codec, CodecCurvePoint Point);
