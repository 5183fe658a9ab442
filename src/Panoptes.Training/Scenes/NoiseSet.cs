namespace Panoptes.Training.Scenes;

/// <summary>The two noise tiles that all textures share; immutable.</summary>
internal sealed class NoiseSet
{
    /// <summary>Large soft shapes with detail.</summary>
    public NoiseTile Clouds { get; } = NoiseTile.Create(seed: 1, cells: 8, octaves: 5, persistence: 0.5f);

    /// <summary>Fine grain, a value for nearly every pixel.</summary>
    public NoiseTile Grain { get; } = NoiseTile.Create(seed: 2, cells: 64, octaves: 3, persistence: 0.9f);
}
