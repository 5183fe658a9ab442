using Panoptes.Inference;
using Panoptes.Inference.EmbedMask;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.EmbedMask;
using MaskOptions = Panoptes.Inference.EmbedMask.EmbedMaskOptions;

namespace Panoptes.Training.Models;

/// <summary>Builds networks and their cards from a configuration.</summary>
public static class ModelFactory
{
    /// <summary>Builds a network with random weights, in float32 on the CPU.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="classes">Number of classes.</param>
    public static TrainableModel Create(PanoptesConfig config, int classes) => config.Model.Method switch
    {
        Method.EmbedMask => new EmbedMaskModel(config.Model, classes),
        _ => throw new InputException($"model.method {config.Model.Method} cannot be trained; allowed: embedmask"),
    };

    /// <summary>Describes the network that a configuration builds: all that prediction needs besides the weights.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="classes">The classes in the order of the logits.</param>
    public static ModelCard Card(PanoptesConfig config, IReadOnlyList<ModelClass> classes)
    {
        DetectionConfig detection = config.Model.Detection;
        InputConfig input = config.Input;
        return new ModelCard
        {
            Method = config.Model.Method,
            Classes = classes,
            Preprocessing = new PreprocessingOptions
            {
                ShortSide = input.EffectiveTestShortSide,
                LongSide = input.EffectiveTestLongSide,
                SizeDivisor = input.SizeDivisor,
                ChannelOrder = input.ChannelOrder,
                Mean = [.. input.Mean.Select(v => (float)v)],
                Std = [.. input.Std.Select(v => (float)v)],
            },
            Detection = new DetectionOptions
            {
                Strides = [.. Enumerable.Range(0, config.Model.Fpn.Levels).Select(level => 8 << level)],
                ScoreThreshold = detection.ScoreThreshold,
                TopPerLevel = detection.TopKPerLevel,
                NmsIoU = detection.NmsIou,
                MaxDetections = detection.MaxDetections,
                SqrtScore = detection.SqrtScore,
            },
            EmbedMask = EmbedMaskOptions(config.Model.EmbedMask),
            Network = ConfigWriter.ToJson(config),
        };
    }

    private static MaskOptions EmbedMaskOptions(EmbedMaskConfig config) => new()
    {
        EmbeddingDim = config.EmbeddingDim,
        MarginDim = config.Margin is { Dims: MarginDims.PerDim, Source: not MarginSource.Constant } ? config.EmbeddingDim : 1,
        MaskThreshold = config.MaskThreshold,
        ScaleFactor = config.MaskScaleFactor,
        Similarity = config.Loss == MaskLoss.Hinge ? Similarity.HingeDistance : Similarity.Gaussian,
        HingeDistance = config.Hinge.Threshold,
        ClusterCenter = config.ClusterCenter,
    };
}
