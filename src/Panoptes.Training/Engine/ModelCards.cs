using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.EmbedMask;
using Panoptes.Inference.MEInst;
using Panoptes.Inference.Panoptic;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Engine;

/// <summary>Makes the card of a model from the configuration that it was trained with.</summary>
internal static class ModelCards
{
    /// <summary>The card of a model.</summary>
    /// <param name="config">The configuration; all of it travels with the model, its paths excepted.</param>
    /// <param name="classes">The classes in the order of the logits.</param>
    /// <param name="codec">MEInst's mask codec; null for another method, or without encoding.</param>
    /// <param name="stuffClasses">The classes of stuff; kept where the model knows stuff.</param>
    public static ModelCard Create(
        PanoptesConfig config,
        IReadOnlyList<ModelClass> classes,
        MaskCodec? codec = null,
        IReadOnlyList<ModelClass>? stuffClasses = null) => new()
        {
            Method = config.Model.Method,
            Classes = classes,
            StuffClasses = config.Model.Method == Method.Ciae || config.Model.Semantic.Enabled ? stuffClasses ?? [] : [],
            Preprocessing = Preprocessing(config.Input),
            Detection = Detection(config.Model),
            EmbedMask = config.Model.Method == Method.EmbedMask ? EmbedMask(config.Model.EmbedMask) : null,
            MEInst = config.Model.Method == Method.MEInst ? MEInst(config.Model.MEInst, codec) : null,
            Ciae = config.Model.Method == Method.Ciae ? Ciae(config.Model.Ciae) : null,
            PanopticMerge = config.Model.Semantic.Enabled ? PanopticMerge(config.Model.Semantic) : null,
            Network = ConfigWriter.ToJson(WithoutPaths(config)),
        };

    private static PreprocessingOptions Preprocessing(InputConfig input) => new()
    {
        ShortSide = input.EffectiveTestShortSide,
        LongSide = input.EffectiveTestLongSide,
        SizeDivisor = input.SizeDivisor,
        ChannelOrder = input.ChannelOrder,
        Mean = [.. input.Mean.Select(m => (float)m)],
        Std = [.. input.Std.Select(s => (float)s)],
    };

    private static DetectionOptions Detection(ModelConfig model) => new()
    {
        Strides = [.. Enumerable.Range(3, model.Fpn.Levels).Select(level => 1 << level)],
        ScoreThreshold = model.Detection.ScoreThreshold,
        TopKPerLevel = model.Detection.TopKPerLevel,
        NmsIou = model.Detection.NmsIou,
        MaxDetections = model.Detection.MaxDetections,
        SqrtScore = model.Detection.SqrtScore,

        // As each method's authors do: MEInst's code clips boxes only when they come to the image's own size.
        ClipBeforeNms = model.Method != Method.MEInst,
    };

    private static EmbedMaskOptions EmbedMask(EmbedMaskConfig model) => new()
    {
        EmbeddingDim = model.EmbeddingDim,
        MarginDim = model.Margin is { Dims: MarginDims.PerDim, Source: not MarginSource.Constant } ? model.EmbeddingDim : 1,
        MaskThreshold = model.MaskThreshold,
        ScaleFactor = model.MaskScaleFactor,
        Similarity = model.Loss == MaskLoss.Hinge ? Similarity.HingeDistance : Similarity.Gaussian,
        HingeDistance = model.Hinge.Threshold,
        ClusterCenter = model.ClusterCenter,
        Crop = model.Crop,
        Interpolation = model.Interpolation,
    };

    private static MEInstOptions MEInst(MEInstConfig model, MaskCodec? codec) => new()
    {
        Size = model.Size,
        MaskThreshold = model.MaskThreshold,
        Codec = codec,
    };

    private static CiaeOptions Ciae(CiaeConfig model) => new()
    {
        EmbeddingDim = model.EmbeddingDim,
        CategorySource = model.CategorySource,
        InstanceThreshold = model.InstanceThreshold,
        MinStuffArea = model.MinStuffArea,
        MinThingArea = model.MinThingArea,
    };

    private static PanopticMergeOptions PanopticMerge(SemanticConfig model) => new()
    {
        InstanceThreshold = model.InstanceThreshold,
        OverlapThreshold = model.OverlapThreshold,
        MinStuffArea = model.MinStuffArea,
    };

    /// <summary>A model goes to other machines and other people: where its maker's files lay is not theirs to know.</summary>
    private static PanoptesConfig WithoutPaths(PanoptesConfig config) => config with
    {
        Model = config.Model with { Weights = null, MEInst = config.Model.MEInst with { Codec = null } },
        Data = config.Data with { Root = null, Train = new(), Val = new() },
    };
}
