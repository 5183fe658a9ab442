using System.ComponentModel.DataAnnotations;
using Panoptes.Inference.EmbedMask;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>
/// EmbedMask: embeddings of pixels and proposals, margins, and the losses that couple them. The defaults are the paper's main
/// results.
/// </summary>
public sealed record EmbedMaskConfig
{
    /// <summary>Dimension d of the embeddings.</summary>
    [Range(1, 256)]
    public int EmbeddingDim { get; init; } = 32;

    /// <summary>How close to a proposal's embedding a pixel's must be: the margin of each instance.</summary>
    public MarginConfig Margin { get; init; } = new();

    /// <summary>Loss of the masks.</summary>
    public MaskLoss Loss { get; init; } = MaskLoss.Lovasz;

    /// <summary>Fixed margins of the hinge loss. Read when <c>loss</c> is <c>hinge</c>.</summary>
    public HingeConfig Hinge { get; init; } = new();

    /// <summary>Where an instance's cluster center comes from.</summary>
    public ClusterCenter ClusterCenter { get; init; } = ClusterCenter.Proposal;

    /// <summary>
    /// Requires the location of a positive sample (class, box, centerness and embedding) to lie inside the object's mask.
    /// </summary>
    public bool SampleInMask { get; init; } = true;

    /// <summary>Which of an object's positive locations train its embedding and margin.</summary>
    public PositiveRule PositiveRule { get; init; } = PositiveRule.IouSet;

    /// <summary>
    /// IoU with the object's box above which a predicted box makes its location a positive of the embedding; where none reaches it,
    /// the best one is taken. 0 takes every positive location. Read when <c>positive_rule</c> is <c>iou_set</c>.
    /// </summary>
    [Range(0.0, 1.0)]
    public double PositiveIou { get; init; } = 0.5;

    /// <summary>
    /// The mask loss looks at the pixels in the object's box grown by this factor: 1 is the box itself, 0 or less the whole
    /// image.
    /// </summary>
    [Range(-1.0, 10.0)]
    public double BoxExpand { get; init; } = 1.2;

    /// <summary>Weight lambda_1 of the mask loss.</summary>
    [Range(0.0, 1e3)]
    public double MaskWeight { get; init; } = 0.5;

    /// <summary>Weight lambda_2 of the smooth loss, which keeps an object's proposals alike; 0 leaves it out.</summary>
    [Range(0.0, 1e3)]
    public double SmoothWeight { get; init; } = 0.1;

    /// <summary>Whether the smooth loss is a mean over an object's positives (the paper's Eq. 7) or a sum (its code).</summary>
    public SmoothReduction SmoothReduction { get; init; } = SmoothReduction.Mean;

    /// <summary>
    /// Adds the location, times a learned scale / 100, to the first two dimensions of both embeddings (the method's later version).
    /// </summary>
    public bool AddCoordinates { get; init; }

    /// <summary>A pixel belongs to a mask when its probability is above this.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double MaskThreshold { get; init; } = 0.5;

    /// <summary>Which pixels around a predicted box its mask may hold.</summary>
    public CropRule Crop { get; init; } = CropRule.Box;

    /// <summary>What is interpolated when a mask is brought to the image's own size.</summary>
    public MaskInterpolation Interpolation { get; init; } = MaskInterpolation.Probability;

    /// <summary>When a pixel of the reduced target mask is foreground.</summary>
    public MaskTarget MaskTarget { get; init; } = MaskTarget.Any;

    /// <summary>Whether the mask losses are averaged over all objects of an image, those without a positive sample included.</summary>
    public bool CountSkipped { get; init; } = true;

    /// <summary>3x3 convolutions of the pixel head before the one that predicts the embedding.</summary>
    [Range(0, 8)]
    public int MaskConvs { get; init; } = 4;

    /// <summary>Enlargement of the pixel embedding (stride 8) for the mask loss and the masks: 2 works at a quarter of the input.</summary>
    [AllowedValues(1, 2, 4, 8)]
    public int MaskScaleFactor { get; init; } = 2;

    /// <summary>The features are divided by this before the proposal embedding's convolution.</summary>
    [Range(1.0, 1e4)]
    public double EmbeddingReduceFactor { get; init; } = 1;
}
