using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Models.MEInst;

/// <summary>
/// MEInst's head (3.1 and Figure 2): FCOS's head, and next to its two towers a third one, shared by all levels as they are, that predicts
/// the coefficients of a mask at every location.
/// </summary>
internal sealed class MEInstHead : Module
{
    private readonly FcosHead _fcos;
    private readonly Sequential _maskTower;
    private readonly Layer _coefficients;

    /// <summary>Builds the head.</summary>
    /// <param name="model">Widths, depths and options.</param>
    /// <param name="classes">Number of classes; the coefficients are the same whatever the class.</param>
    public MEInstHead(ModelConfig model, int classes)
    {
        ArgumentNullException.ThrowIfNull(model);
        MEInstConfig config = model.MEInst;
        _fcos = Child("fcos", new FcosHead(model, classes));
        _maskTower = Child("mask_tower", ConvBlock.Tower(model.Fpn.Channels, model.Head, config.MaskConvs));
        int width = config.MaskConvs > 0 ? model.Head.Channels : model.Fpn.Channels;
        int outputs = Outputs(config);
        _coefficients = Child<Layer>("mask_pred", config.LargeKernel > 0
            ? new LargeKernel(width, outputs, config.LargeKernel)
            : ConvBlock.Predictor(width, outputs, kernel: 3));
    }

    /// <summary>How many numbers the head predicts for a mask: N, or every pixel of the square without encoding.</summary>
    public static int Outputs(MEInstConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Encoding == MaskEncoding.None ? config.Size * config.Size : config.Dimension;
    }

    /// <summary>Applies the head to P3 and up.</summary>
    /// <param name="features">[N, channels, h, w] of each level.</param>
    public MEInstOutput Forward(IReadOnlyList<Tensor> features) => new(
        [.. features.Select(_fcos.Forward)],
        [.. features.Select(feature => _coefficients.Forward(_maskTower.Forward(feature)))]); // [N, D, h, w]
}
