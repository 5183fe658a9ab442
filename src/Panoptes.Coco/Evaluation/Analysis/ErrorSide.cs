using Panoptes.Masks;

namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>A detection or an object of an <see cref="ErrorCase"/>.</summary>
/// <param name="Id">The annotation's id, or the detection's place in the results, from 0.</param>
/// <param name="Class">The name of its class.</param>
/// <param name="Score">A detection's score; null for an object.</param>
/// <param name="Box">Its box, in pixels.</param>
/// <param name="Mask">Its mask; null where boxes are compared.</param>
internal sealed record ErrorSide(long Id, string Class, double? Score, Box Box, Rle? Mask);
