using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models;

namespace Panoptes.Training.Engine;

/// <summary>Makes the card of a model from the configuration that it was trained with.</summary>
internal static class ModelCards
{
    private const int UsualDetections = 100; // as COCO counts them

    /// <summary>The card of a model.</summary>
    /// <param name="config">The configuration; all of it travels with the model, its paths excepted.</param>
    /// <param name="classes">The classes in the order of the logits.</param>
    /// <param name="prepared">What the method needs in addition to the configuration (<see cref="TrainingMethod.Prepare"/>).</param>
    /// <param name="stuffClasses">The classes of stuff; kept where the model knows stuff.</param>
    /// <param name="mostInstances">The most instances of one image, where the configuration leaves the detections to the data.</param>
    public static ModelCard Create(
        PanoptesConfig config,
        IReadOnlyList<ModelClass> classes,
        MethodOptions? prepared = null,
        IReadOnlyList<ModelClass>? stuffClasses = null,
        int mostInstances = 0)
    {
        TrainingMethod method = TrainingMethod.Of(config.Model.Method);
        return new ModelCard
        {
            MethodOptions = method.CreateOptions(config.Model, prepared),
            Classes = classes,
            StuffClasses = config.Model.IsPanoptic ? stuffClasses ?? [] : [],
            Preprocessing = Preprocessing(config.Input),
            Detection = method.AdaptDetection(Detection(config.Model, mostInstances)),
            PanopticMerge = config.Model.Semantic.Enabled ? PanopticMerge(config.Model.Semantic) : null,

            // A model goes to other machines and other people: where its maker's files lay is not theirs to know.
            Network = ConfigWriter.ToJson(config with { Data = config.Data with { Train = new(), Val = new() } }, withPaths: false),
        };
    }

    private static PreprocessingOptions Preprocessing(InputConfig input) => new()
    {
        ShortSide = input.EffectiveTestShortSide,
        LongSide = input.EffectiveTestLongSide,
        SizeDivisor = input.SizeDivisor,
        ChannelOrder = input.ChannelOrder,
        Mean = [.. input.Mean.Select(m => (float)m)],
        Std = [.. input.Std.Select(s => (float)s)],
    };

    private static DetectionOptions Detection(ModelConfig model, int mostInstances) => new()
    {
        Strides = [.. Enumerable.Range(3, model.Fpn.Levels).Select(level => 1 << level)],
        ScoreThreshold = model.Detection.ScoreThreshold,
        TopKPerLevel = model.Detection.TopKPerLevel,
        NmsIou = model.Detection.NmsIou,
        MaxDetections = model.Detection.MaxDetections ?? DetectionsFor(mostInstances),
        SqrtScore = model.Detection.SqrtScore,
    };

    // Room for wrong ones next to the right ones.
    private static int DetectionsFor(int mostInstances) =>
        Math.Clamp((int)Math.Ceiling(mostInstances * 1.2 / 10) * 10, UsualDetections, DetectionOptions.MostDetections);

    private static PanopticMergeOptions PanopticMerge(SemanticConfig model) => new()
    {
        InstanceThreshold = model.InstanceThreshold,
        OverlapThreshold = model.OverlapThreshold,
        MinStuffArea = model.MinStuffArea,
    };
}
