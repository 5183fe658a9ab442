using Panoptes.Masks;

namespace Panoptes.Coco.Codecs;

/// <summary>How well masks survive with a number of components, or with an auto-encoder of that many numbers.</summary>
/// <param name="Dimension">How many numbers stand for a mask.</param>
/// <param name="MeanIoU">
/// The mean of the foreground's and the background's IoU over all masks together, in [0, 1]: the measure of the MEInst paper's section 4.1.
/// </param>
/// <param name="MaskIoU">The mean over the masks of the foreground's IoU: what average precision sees.</param>
/// <param name="LostVariance">
/// The squared distance of the masks and what is decoded, in the codec's space (Eq. 2; an auto-encoder's are the pixels), as a share of
/// their squared distance from their mean.
/// </param>
public sealed record CodecCurvePoint(int Dimension, double MeanIoU, double MaskIoU, double LostVariance)
{
    /// <summary>
    /// E_recon of the paper's Figure 5: what is missing to a mean IoU of 1. The paper does not define it; this reading gives its 2.5 % at
    /// about 100 components.
    /// </summary>
    public double ReconstructionError => 1 - MeanIoU;
}
