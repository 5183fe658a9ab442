namespace Panoptes.Masks.Codec;

/// <summary>How well masks survive with a number of components.</summary>
/// <param name="Dimension">The number of components.</param>
/// <param name="MeanIoU">
/// The mean of the foreground's and the background's IoU over all masks together, in [0, 1]: the measure of the MEInst paper's section 4.1.
/// </param>
/// <param name="MaskIoU">The mean over the masks of the foreground's IoU: what average precision sees.</param>
/// <param name="ReconstructionError">
/// The squared distance of the masks and what is decoded, in the codec's space, as a share of their squared distance from their mean (Eq. 2).
/// </param>
public sealed record CodecCurvePoint(int Dimension, double MeanIoU, double MaskIoU, double ReconstructionError);
