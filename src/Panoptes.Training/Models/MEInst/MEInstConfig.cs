using System.ComponentModel.DataAnnotations;
using Panoptes.Inference.MEInst;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.MEInst;

/// <summary>MEInst: how masks become a few numbers, what predicts them, and how they are learned. The defaults are the paper's.</summary>
public sealed record MEInstConfig
{
    /// <summary>Numbers that stand for a mask: N.</summary>
    [Range(1, 16384)]
    public int Dimension { get; init; } = 60;

    /// <summary>Side in pixels of the square that masks are drawn in before they are encoded.</summary>
    [Range(2, MaskCodecOptions.MaxSize)]
    public int Size { get; init; } = 28;

    /// <summary>What the principal components are taken of.</summary>
    public MaskSpace Space { get; init; } = MaskSpace.Logit;

    /// <summary>How pixels are smoothed for logits; random draws again at every encoding.</summary>
    public MaskSmoothing Smoothing { get; init; } = MaskSmoothing.Constant;

    /// <summary>Divides each number by its standard deviation, so that the loss weighs all of them equally.</summary>
    public bool Whiten { get; init; } = true;

    /// <summary>Gives each class components of its own.</summary>
    public bool ByClass { get; init; }

    /// <summary>
    /// A codec that <c>codec fit</c> wrote: components of this size, space, smoothing and by_class, or an auto-encoder of this size and
    /// dimension. null fits components to the training annotations before the training begins. Either way it travels with the model.
    /// </summary>
    [ConfigPath]
    public string? Codec { get; init; }

    /// <summary>Whether the network learns the codec's numbers, the pixels they decode to, or pixels without a codec.</summary>
    public MaskEncoding Encoding { get; init; } = MaskEncoding.Explicit;

    /// <summary>Loss of the numbers. Read when <c>encoding</c> is <c>explicit</c>.</summary>
    public CoefficientLoss Loss { get; init; } = CoefficientLoss.L2;

    /// <summary>Weight lambda_mask of the mask loss.</summary>
    [Range(0.0, 1e3)]
    public double MaskWeight { get; init; } = 1;

    /// <summary>3x3 convolutions of the mask tower before the one that predicts the numbers.</summary>
    [Range(0, 8)]
    public int MaskConvs { get; init; } = 4;

    /// <summary>
    /// Predicts the numbers by kernels of k x 1 and 1 x k, one after the other in both orders, instead of one of 3x3: k, an odd number (9
    /// in the paper); 0 keeps 3x3.
    /// </summary>
    [Range(0, 31)]
    public int LargeKernel { get; init; }

    /// <summary>A pixel belongs to a mask where the decoded mask, pasted into its box, reaches this.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double MaskThreshold { get; init; } = 0.5;
}
