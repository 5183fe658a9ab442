using System.Globalization;
using Panoptes.Inference;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Commands.Train.Folders;

/// <summary>A configuration that can learn a folder's dataset, as one would name it on the command line.</summary>
/// <param name="Name">The shipped configuration.</param>
/// <param name="Settings">What is set in it, as <c>key=value</c>.</param>
internal sealed record ConfigChoice(string Name, IReadOnlyList<string> Settings)
{
    /// <summary>Images of one step: what a machine with little memory takes.</summary>
    private const int Batch = 4;

    /// <summary>Passes over the images; few images are seen oftener, up to <see cref="LeastIterations"/>.</summary>
    private const int Epochs = 9;

    // Models of drawn scenes have networks of their own, and teach nothing about photographs.
    private const string Scenes = "scenes";

    /// <summary>How the names of the configurations for a ResNet-18 end.</summary>
    private const string Finetune = "_finetune";

    private const int LeastIterations = 1500;
    private const int MostIterations = 20_000;

    /// <summary>Evaluations of a run, so that it shows early whether it learns.</summary>
    private const int Evaluations = 5;

    /// <summary>What <c>model.detection.max_detections</c> is if it is not set, with room for wrong ones.</summary>
    private const int UsualInstances = 80;

    /// <summary>The greatest short side of training images in <c>base/finetune</c>.</summary>
    private const int UsualSide = 352;

    /// <summary>Beyond it, training takes hours without a GPU.</summary>
    private const int MostSide = 512;

    /// <summary>Pixels of an object's thickness from which on its mask is learned well: four cells of a map of masks.</summary>
    private const double ClearObject = 16;

    /// <summary>Chooses.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="weights">The weights to start from, as <c>model.weights</c> has them; null for random ones.</param>
    /// <param name="length">The iterations that the user asked for; null chooses them too.</param>
    /// <exception cref="InputException">The file is not a backbone that a shipped configuration has.</exception>
    public static ConfigChoice For(FolderData data, string? weights, int? length)
    {
        bool shipped = weights is not null && ShippedModels.Names()
            .Any(name => ShippedModels.PathOf(name) == weights && !name.StartsWith(Scenes, StringComparison.Ordinal));
        int iterations = length ?? Math.Clamp(RoundUp(data.Images * Epochs / Batch, 100), LeastIterations, MostIterations);
        string method = data.IsPanoptic ? "ciae" : "embedmask";
        string name = weights switch
        {
            null => data.IsPanoptic ? "recipes/scratch_ciae" : "embedmask_scratch",
            ModelConfig.ImageNet => method + Finetune,
            _ when shipped => ModelCard.Load(weights).Method.ToString().ToLowerInvariant() + Finetune,
            _ => method + NetworkFor(weights),
        };
        List<string> settings = weights is null
            ? ["model.backbone.norm=group_norm", "model.backbone.norm_groups=8", "model.backbone.frozen_stages=0"]
            : name.EndsWith(Finetune, StringComparison.Ordinal) ? [.. Sizes(data.SmallObject)] : [.. Steps(iterations)];
        if (length is null) settings.Add(Setting("schedule.iterations", iterations));
        settings.Add(Setting("schedule.batch_size", Batch));
        settings.Add(Setting("evaluation.every", iterations / Evaluations));
        settings.Add(Setting("checkpoint.every", iterations / Evaluations));
        if (!data.IsPanoptic && data.MostInstances > UsualInstances)
        {
            settings.Add(Setting("model.detection.max_detections", RoundUp(data.MostInstances * 5 / 4, 50)));
        }

        return new ConfigChoice(name, settings);
    }

    /// <summary>Larger images where many objects would be too small in those of the configuration.</summary>
    private static IEnumerable<string> Sizes(double smallObject)
    {
        int side = Math.Clamp(RoundUp((int)Math.Ceiling(ClearObject / smallObject), 32), UsualSide, MostSide);
        if (side == UsualSide)
        {
            yield break;
        }

        int[] sides = [side - 96, side - 64, side - 32, side];
        yield return $"input.short_side=[{string.Join(", ", sides.Select(each => each.ToString(CultureInfo.InvariantCulture)))}]";
        yield return Setting("input.long_side", RoundUp(side * 13 / 8, 32));
    }

    /// <summary>Where the papers' schedule, made for long runs, lowers its rate in this one.</summary>
    private static IEnumerable<string> Steps(int iterations)
    {
        int first = Math.Max(1, iterations * 2 / 3);
        int second = Math.Max(first + 1, iterations * 8 / 9);
        yield return string.Create(CultureInfo.InvariantCulture, $"schedule.decay.milestones=[{first}, {second}]");
        yield return Setting("schedule.warmup.iterations", Math.Min(500, iterations / 10));
    }

    /// <summary>The end of the configuration's name, by the layers that the file holds.</summary>
    private static string NetworkFor(string weights)
    {
        ModelHeader header = ModelHeader.Read(weights);
        if (header.Metadata.ContainsKey(ModelCard.MetadataKey))
        {
            throw InputException.ForSetting(
                "model.weights",
                $"'{weights}' is a whole model, which fits only the configuration that it was trained with; name that configuration: "
                + $"{ToolName.Text} train CONFIG --data FOLDER model.weights={weights}");
        }

        HashSet<string> names = [.. header.Tensors.Select(tensor => tensor.Name)];
        bool bottleneck = Has("layer1.0.conv3");
        long perGroup = header.Tensors.FirstOrDefault(tensor => tensor.Name.EndsWith("layer1.0.conv2.weight", StringComparison.Ordinal))
            ?.Shape.ElementAtOrDefault(1) ?? 0;
        int blocks = Enumerable.Range(0, 64).TakeWhile(i => Has($"layer3.{i}.conv1")).Count();
        return (bottleneck, blocks, perGroup) switch
        {
            (false, 2, _) => Finetune,
            (false, 6, _) => "_r34_fpn_1x",
            (true, 6, 64) => "_r50_fpn_1x",
            (true, 23, 64) => "_r101_fpn_1x",
            (true, 23, 8) => "_x101_32x8d_fpn_1x",
            (true, 23, 4) => "_x101_64x4d_fpn_1x",
            _ => throw InputException.ForSetting(
                "model.weights",
                $"'{weights}' is not a ResNet-18, -34, -50 or -101 or a ResNeXt-101 with torchvision's names of layers; "
                + $"name a configuration that it fits: {ToolName.Text} train CONFIG --data FOLDER model.weights={weights}"),
        };

        bool Has(string layer) => names.Contains(layer + ".weight") || names.Contains($"backbone.{layer}.weight");
    }

    private static string Setting(string key, int value) => string.Create(CultureInfo.InvariantCulture, $"{key}={value}");

    private static int RoundUp(int value, int step) => (value + step - 1) / step * step;
}
