using Microsoft.Extensions.Logging;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Reports.Pages;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Models.MEInst;

/// <summary>MEInst (Zhang et al. 2020, arXiv 2003.11712).</summary>
internal sealed class MEInstMethod : TrainingMethod
{
    /// <inheritdoc/>
    public override Method Method => Method.MEInst;

    /// <inheritdoc/>
    public override string Title => "MEInst";

    /// <inheritdoc/>
    internal override IEnumerable<ConfigProblem> Check(ModelConfig model)
    {
        MEInstConfig config = model.MEInst;
        int pixels = config.Size * config.Size;
        if (config.Dimension > pixels)
        {
            yield return new("model.meinst.dimension",
                $"{config.Dimension} numbers are more than the {pixels} pixels of model.meinst.size, {config.Size}.");
        }

        if (config.LargeKernel != 0 && config.LargeKernel % 2 == 0)
        {
            yield return new("model.meinst.large_kernel", $"{config.LargeKernel} is even; a kernel needs a center; 0 means none.");
        }

        if (config.Encoding == MaskEncoding.Implicit && config.Space != MaskSpace.Logit)
        {
            yield return new(
                "model.meinst.encoding", "implicit classifies decoded pixels, which must be logits: it needs space: logit.");
        }

        if (config.Encoding == MaskEncoding.Implicit && config.ByClass)
        {
            yield return new("model.meinst.encoding", "implicit decodes all locations by one matrix: it needs by_class: false.");
        }
    }

    /// <inheritdoc/>
    internal override LoaderOptions RequestTargets(LoaderOptions options, ModelConfig model) =>
        options with { BoxMaskSize = model.MEInst.Size };

    /// <inheritdoc/>
    /// <returns>Options with the mask codec; null without encoding.</returns>
    internal override MethodOptions? Prepare(PanoptesConfig config, RunFolder? resumed, ILogger logger) =>
        resumed is not null ? Checkpoint.LoadCard(resumed).MethodOptions
        : TrainingCodec.Create(config, logger) is { } codec ? new MEInstOptions { Size = codec.Size, Codec = codec }
        : null;

    /// <inheritdoc/>
    internal override MethodOptions CreateOptions(ModelConfig model, MethodOptions? prepared) => new MEInstOptions
    {
        Size = model.MEInst.Size,
        MaskThreshold = model.MEInst.MaskThreshold,
        Codec = CodecOf(prepared),
    };

    /// <inheritdoc/>
    /// <remarks>The authors' code clips boxes only when they come to the image's own size.</remarks>
    internal override DetectionOptions AdaptDetection(DetectionOptions detection) => detection with { ClipBeforeNms = false };

    /// <inheritdoc/>
    internal override TrainableModel CreateNetwork(PanoptesConfig config, int classes, MethodOptions? options, int stuffClasses) =>
        new MEInstModel(config.Model, classes, CodecOf(options), stuffClasses) { Precision = config.Precision };

    /// <inheritdoc/>
    internal override string Explain(ModelConfig model)
    {
        MEInstConfig config = model.MEInst;
        (string predicted, string decoded) = config.Encoding == MaskEncoding.None
            ? ($"the {config.Size * config.Size} pixels of its object’s mask", "The pixels of a small square")
            : ($"{config.Dimension} numbers that stand for its object’s mask", "The numbers become a small square");
        return $"""
            <div>
            <h3>How MEInst works</h3>
            <p>A one-stage detector (FCOS) proposes boxes with their classes. A third tower predicts, at every location,
            <em>{predicted}</em>. No pixel is labeled by itself: a mask comes with its box, and is only then drawn.</p>
            </div>
            <div>
            <h3>From numbers to masks</h3>
            <p>{decoded} of {config.Size} × {config.Size} pixels, which is stretched over the box. A pixel belongs to the mask where the
            square reaches {Html.Short(config.MaskThreshold)}. {Codec(config)}</p>
            </div>
            """;
    }

    private static string Codec(MEInstConfig config) => config.Encoding == MaskEncoding.None
        ? ""
        : "Object masks resemble each other, so a few numbers, fitted to the training masks, keep most of their shape; "
            + "thin parts and holes are lost first.";

    private static MaskCodec? CodecOf(MethodOptions? options) => (options as MEInstOptions)?.Codec;
}
