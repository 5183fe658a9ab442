using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Export;
using Panoptes.Training.Models;

namespace Panoptes.Server.Tests;

/// <summary>Models of random weights whose classifiers begin with seeing objects everywhere, and images for them.</summary>
public static class TinyModels
{
    private const string Config =
        """
        model:
          method: METHOD
          backbone: { type: resnet18, norm: group_norm, norm_groups: 2, base_width: 4, frozen_stages: 0 }
          fpn: { channels: 8 }
          head: { channels: 8, convs: 1, norm_groups: 2, prior: 0.95 }
          fcos: { level_boundaries: [16, 32, 48, 64] }
          embedmask: { embedding_dim: 4, mask_convs: 1 }
          semantic: { enabled: PANOPTIC, channels: 8, norm_groups: 2 }
        input: { short_side: 64, long_side: 96 }
        """;

    private static readonly Lazy<string> s_folder = new(() => Directory.CreateTempSubdirectory("panoptes-server-").FullName);
    private static readonly Lazy<string> s_instances = new(() => Write("instances", isPanoptic: false));
    private static readonly Lazy<string> s_panoptic = new(() => Write("panoptic", isPanoptic: true));

    static TinyModels() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        if (s_folder.IsValueCreated) Directory.Delete(s_folder.Value, recursive: true);
    };

    /// <summary>An exported model of the classes cat and dog.</summary>
    public static string Instances => s_instances.Value;

    /// <summary>An exported model of the classes cat and dog, and the stuff sky and grass.</summary>
    public static string Panoptic => s_panoptic.Value;

    /// <summary>The trained model that <see cref="Instances"/> was exported from.</summary>
    public static string Trained => Path.ChangeExtension(Instances, ".safetensors");

    /// <summary>An exported model of other classes.</summary>
    public static string WithClasses(string first, string second) => Write($"{first}-{second}", isPanoptic: false, first, second);

    /// <summary>A photo of noise, as a JPEG.</summary>
    public static byte[] Photo(int width = 96, int height = 64, int seed = 3)
    {
        Image photo = new(width, height);
        new Random(seed).NextBytes(photo.Pixels);
        return photo.EncodeJpeg();
    }

    private static string Write(string name, bool isPanoptic, string first = "cat", string second = "dog")
    {
        TorchRuntime.Seed(5);
        PanoptesConfig config = ConfigLoader.Parse(
            Config.Replace("METHOD", "embedmask", StringComparison.Ordinal).Replace("PANOPTIC", isPanoptic ? "true" : "false", StringComparison.Ordinal),
            "tiny");
        ModelCard card = ModelCards.Create(
            config,
            [new ModelClass(first, 1), new ModelClass(second, 2)],
            stuffClasses: [new ModelClass("sky", 3, IsThing: false), new ModelClass("grass", 4, IsThing: false)]);
        using TrainableModel model = ModelFactory.Create(config, card);
        string trained = Path.Combine(s_folder.Value, name + ".safetensors");
        ModelFile.Save(trained, model, card);
        using TorchNetwork network = ModelFile.Load(trained);
        string exported = Path.ChangeExtension(trained, ".onnx");
        OnnxExport.Write(exported, network);
        return exported;
    }
}
