using System.Text.Json;

namespace Panoptes.Training.Scenes;

/// <summary>What decides every byte of a drawn dataset.</summary>
/// <param name="Version">Rises when the generator draws differently.</param>
/// <param name="Options">The generator's options.</param>
/// <param name="TrainCount">Scenes to train on.</param>
/// <param name="ValCount">Scenes to evaluate on.</param>
internal sealed record SceneManifest(int Version, SceneOptions Options, int TrainCount, int ValCount)
{
    private const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public static SceneManifest For(SceneOptions options, int trainCount, int valCount) =>
        new(CurrentVersion, options, trainCount, valCount);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, s_json);

    /// <summary>Whether a complete dataset of this manifest lies in the folder.</summary>
    public bool Describes(SceneDataset dataset) =>
        File.Exists(dataset.ManifestPath)
        && File.ReadAllBytes(dataset.ManifestPath).AsSpan().SequenceEqual(ToJson())
        && IsWhole(dataset.Train, TrainCount)
        && IsWhole(dataset.Val, ValCount);

    private static bool IsWhole(SceneSplit split, int count) =>
        File.Exists(split.Annotations)
        && File.Exists(split.Panoptic)
        && Enumerable.Range(0, count).All(index =>
            File.Exists(Path.Combine(split.Images, SceneSplit.ImageName(index)))
            && File.Exists(Path.Combine(split.PanopticFolder, SceneSplit.PanopticName(index))));
}
