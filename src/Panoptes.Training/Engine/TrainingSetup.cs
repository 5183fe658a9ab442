using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Configuration.Binding;
using Panoptes.Training.Models;

namespace Panoptes.Training.Engine;

/// <summary>What a run begins with: told before the first step, so that a wrong folder or class list shows at once.</summary>
public sealed record TrainingSetup
{
    /// <summary>Images to train on.</summary>
    public required int Images { get; init; }

    /// <summary>Instances in them; null where they are found in panoptic PNGs, which are read with their images.</summary>
    public required int? Instances { get; init; }

    /// <summary>Classes of things.</summary>
    public required int Classes { get; init; }

    /// <summary>Classes of stuff; 0 for a network that finds only objects.</summary>
    public required int StuffClasses { get; init; }

    /// <summary>Images to evaluate on; null where none are configured.</summary>
    public required int? ValidationImages { get; init; }

    /// <summary>The method, as a configuration spells it: <c>embedmask</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The backbone, as a configuration spells it: <c>resnet50</c>.</summary>
    public required string Backbone { get; init; }

    /// <summary>Parameters of the network, frozen ones included.</summary>
    public required long Parameters { get; init; }

    /// <summary>Steps made before; 0 for a new run.</summary>
    public required int Iteration { get; init; }

    /// <summary>The file that the weights of a new run begin with; null for random ones.</summary>
    public required string? Weights { get; init; }

    /// <summary>Where it computes.</summary>
    public required Device Device { get; init; }

    /// <summary>The number format, as a configuration spells it: <c>fp32</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>Processes that train together; 1 where this one does it alone.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>Threads of the processor that compute, in each process.</summary>
    public required int Threads { get; init; }

    /// <summary>The run's folder, absolute.</summary>
    public required string Run { get; init; }

    /// <summary>What a trainer begins with.</summary>
    /// <param name="config">What is trained.</param>
    /// <param name="data">On what.</param>
    /// <param name="model">The network.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="iteration">Steps made before.</param>
    /// <param name="run">The run's folder.</param>
    internal static TrainingSetup Of(
        PanoptesConfig config, TrainingData data, TrainableModel model, TrainerOptions options, int iteration, string run) => new()
        {
            Images = data.Images.Count,
            Instances = data.Images.Any(image => image.Panoptic is not null) ? null : data.Images.Sum(image => image.Objects.Count),
            Classes = data.Classes.Count,
            StuffClasses = data.StuffClasses.Count,
            ValidationImages = data.Validation is { } validation
            ? Math.Min(validation.Objects.Images.Count, config.Data.Val.Limit ?? int.MaxValue)
            : null,
            Method = EnumNames.NameOf(config.Model.Method),
            Backbone = EnumNames.NameOf(config.Model.Backbone.Type),
            Parameters = model.Parameters().Sum(parameter => parameter.Value.Count),
            Iteration = iteration,
            Weights = config.Model.Weights,
            Device = options.Device,
            Precision = EnumNames.NameOf(config.Precision),
            Threads = TorchRuntime.Threads,
            Processes = options.Processes?.Size ?? 1,
            Run = run,
        };
}
