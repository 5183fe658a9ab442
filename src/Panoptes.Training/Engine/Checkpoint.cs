using System.Text.Json;
using System.Text.Json.Serialization;
using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Optim;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Data;
using Panoptes.Training.Models;

namespace Panoptes.Training.Engine;

/// <summary>
/// Everything that lets a run continue bit for bit: weights and their average, the model's card with its codec, momentum, random numbers,
/// the loader's position. One file, written to a temporary file and renamed, so that its parts always belong together.
/// </summary>
internal sealed record Checkpoint
{
    private const string MetadataKey = "panoptes.checkpoint";
    private const string ModelPrefix = "model.";
    private const string OptimizerPrefix = "optimizer.";
    private const string AveragePrefix = "average.";

    private const double MostSeconds = 1e9; // 30 years
    private const long MostBatches = 1 << 16; // of a step: schedule.accumulation times replicas, and more

    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Steps made.</summary>
    public required int Iteration { get; init; }

    /// <summary>Seconds of training so far.</summary>
    public required double Seconds { get; init; }

    /// <summary>Best <see cref="EvaluationResult.Score"/> so far; null before the first evaluation.</summary>
    [JsonPropertyName("best_ap")] // from when AP was the one score
    public double? BestScore { get; init; }

    /// <summary>Which figure <see cref="BestScore"/> is, where it was measured, and how often it was not beaten since.</summary>
    public BestEvaluation? Best { get; init; }

    /// <summary>Steps made before the last evaluation that came to its end; 0 before the first.</summary>
    public int EvaluatedAt { get; init; }

    /// <summary>The factor of the losses and the steps since it changed, with precision amp; null otherwise.</summary>
    public LossScale? LossScale { get; init; }

    /// <summary>Where the stream of batches stands.</summary>
    public required LoaderPosition Position { get; init; }

    /// <summary>State of the random numbers (<see cref="TorchRuntime.RandomState"/>).</summary>
    public required byte[] RandomState { get; init; }

    /// <summary>The file of a run's checkpoint.</summary>
    public static string FileOf(RunFolder run) => Path.Combine(run.CheckpointFolder, "state.safetensors");

    /// <summary>Writes the checkpoint.</summary>
    public void Save(RunFolder run, TrainableModel model, ModelCard card, Optimizer optimizer, WeightAverage? average)
    {
        IEnumerable<(string, Tensor)> tensors = model.State().Select(t => (ModelPrefix + t.Name, t.Value))
            .Concat(optimizer.State().Select(t => (OptimizerPrefix + t.Name, t.Value)))
            .Concat((average?.State() ?? []).Select(t => (AveragePrefix + t.Name, t.Value)));
        SafetensorsWriter.Write(
            FileOf(run),
            tensors,
            new Dictionary<string, string>
            {
                [MetadataKey] = ToJson(),
                [ModelCard.MetadataKey] = card.ToJson(),
            });
    }

    /// <summary>All but the tensors, as <see cref="Parse"/> reads it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>The card of the model in a run's checkpoint.</summary>
    /// <exception cref="InputException">There is no checkpoint, or it has no card.</exception>
    public static ModelCard LoadCard(RunFolder run) => ModelCard.Load(Require(run));

    /// <summary>Reads a run's checkpoint into a network, its optimizer and the average of its weights.</summary>
    /// <exception cref="InputException">There is none, or it belongs to another network.</exception>
    public static Checkpoint Load(RunFolder run, TrainableModel model, Optimizer optimizer, WeightAverage? average)
    {
        string path = Require(run);
        using SafetensorsFile file = WeightLoader.Open(path);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        if (!file.Metadata.TryGetValue(MetadataKey, out string? json))
        {
            throw new InputException(
                InputErrorKind.Damaged, path, null,
                $"this is not a checkpoint: the metadata has no key '{MetadataKey}'");
        }

        Checkpoint state = Parse(json, path);
        foreach ((string name, Tensor value) in model.State())
        {
            if (!file.Tensors.TryGetValue(ModelPrefix + name, out SafetensorsTensor? stored)
                || !stored.Shape.SequenceEqual(value.Shape.ToArray()))
            {
                throw new InputException(
                    InputErrorKind.Invalid, path, null,
                    $"tensor '{name}' is missing or has another shape: the configuration of the network has changed");
            }

            value.CopyInPlace(file.Load(ModelPrefix + name));
        }

        optimizer.LoadState(Under(OptimizerPrefix));
        average?.LoadState(Under(AveragePrefix));
        // Checkpoints of version 0.1 hold the state of libtorch's own generator, which nothing draws from any more.
        if (state.RandomState.Length == TorchRuntime.RandomState().Length)
        {
            TorchRuntime.SetRandomState(state.RandomState);
        }

        return state;

        IEnumerable<(string Name, Tensor Value)> Under(string prefix) => file.Tensors.Keys
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => (name[prefix.Length..], file.Load(name)));
    }

    /// <summary>Reads and checks the state in a checkpoint.</summary>
    /// <param name="json">The metadata.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="InputException">It is not JSON, a key is missing, or a number cannot be.</exception>
    internal static Checkpoint Parse(string json, string source)
    {
        Checkpoint? state;
        try
        {
            state = JsonSerializer.Deserialize<Checkpoint>(json, s_json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            string reason = error.Message.Split(" LineNumber", 2)[0].TrimEnd('.');
            throw new InputException(InputErrorKind.Damaged, source, null, $"the checkpoint's state is damaged: {reason}.", error);
        }

        string? problem = state switch
        {
            null => "is null",
            { Position: null } => "has no position",
            { RandomState: null } => "has no random_state",
            { Iteration: < 0 } => $"has the iteration {state.Iteration}; it must be 0 or more",
            { Seconds: not (>= 0 and < MostSeconds) } => $"has {state.Seconds} seconds; they must be 0 or more",
            { LossScale: { } scale } when !(scale.Value > 0 && double.IsFinite(scale.Value)) || scale.GoodSteps < 0 =>
                "has a loss_scale that is not a number above 0",
            _ when state.EvaluatedAt < 0 || state.EvaluatedAt > state.Iteration =>
                $"was evaluated at {state.EvaluatedAt}; it must lie in 0..{state.Iteration}, the iteration",
            _ when state.Position.Batches < state.Iteration || state.Position.Batches > MostBatches * state.Iteration =>
                $"has read {state.Position.Batches} batches in {state.Iteration} iterations",
            _ => null,
        };
        return problem is null
            ? state!
            : throw new InputException(InputErrorKind.Invalid, source, null, $"the checkpoint's state {problem}.");
    }

    private static string Require(RunFolder run) => File.Exists(FileOf(run))
        ? FileOf(run)
        : throw InputException.ForSetting(
            "TrainerOptions.Resume",
            $"{run.Path} holds no checkpoint yet; start again without TrainerOptions.Resume{(run.HasSaved ? " in another folder" : "")}");
}
