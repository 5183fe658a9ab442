using Panoptes.Inference;
using Panoptes.Training.Configuration;
using Panoptes.Training.Configuration.Binding;
using Panoptes.Training.Import.Onnx;
using Panoptes.Training.Models.Backbones;

namespace Panoptes.Training.Import;

/// <summary>
/// The ResNet-18 trained on ImageNet that <c>model.weights: imagenet</c> means: an ONNX file next to the application, from the NuGet
/// package Microsoft.ML.DnnImageFeaturizer.ResNet18. Its last stage has three blocks.
/// </summary>
internal static class ImageNetWeights
{
    /// <summary>The file.</summary>
    public static string FilePath { get; } = Path.Combine(AppContext.BaseDirectory, "weights", "resnet18_imagenet.onnx");

    /// <summary>What it was trained with, by the package's ResNetPreprocess.onnx and the file's batch normalizations.</summary>
    public static WeightCard Card { get; } = new()
    {
        ChannelOrder = ChannelOrder.Bgr,
        Mean = [103.06, 115.9, 123.15],
        Std = [1, 1, 1],
    };

    /// <summary>Opens the file; its tensors have torchvision's names.</summary>
    /// <exception cref="InputException">The file is not there.</exception>
    public static WeightFile Open()
    {
        RequireFile();
        return OnnxWeights.From(FilePath);
    }

    /// <summary>Makes sure that the file is there.</summary>
    /// <exception cref="InputException">It is not; the message says where it comes from.</exception>
    public static void RequireFile()
    {
        if (!File.Exists(FilePath))
        {
            throw new InputException(
                InputErrorKind.NotFound,
                FilePath,
                "model.weights=imagenet",
                "file not found. The tool has it; to your own application it comes with two lines in the project file: see "
                + "\"ImageNet weights\" in the README of the package Panoptes.Training.");
        }
    }

    /// <summary>What in a configuration keeps the weights out.</summary>
    public static IEnumerable<ConfigProblem> Check(PanoptesConfig config)
    {
        BackboneConfig backbone = config.Model.Backbone;
        if (backbone.Type is not (BackboneType.ResNet18 or BackboneType.ResNet18ImageNet))
        {
            string type = EnumNames.NameOf(backbone.Type);
            yield return new("model.backbone.type",
                $"{type} has layers that model.weights=imagenet does not hold: they are a ResNet-18. Set resnet18_imagenet, or resnet18 "
                + $"without its last block; or give a file of a {type} as model.weights.");
        }

        if (backbone.BaseWidth != ResNetLayout.Width)
        {
            yield return new("model.backbone.base_width",
                $"{backbone.BaseWidth} channels do not fit model.weights=imagenet, which has {ResNetLayout.Width}.");
        }

        if (backbone.Norm == BackboneNorm.GroupNorm)
        {
            yield return new("model.backbone.norm",
                "group_norm does not fit model.weights=imagenet, trained with batch normalization; set frozen_batch_norm or batch_norm.");
        }

        foreach (ConfigProblem problem in Card.Check(config, ModelConfig.ImageNet)) yield return problem;
    }
}
