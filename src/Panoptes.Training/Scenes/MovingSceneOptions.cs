namespace Panoptes.Training.Scenes;

/// <summary>What a drawn video looks like. Videos of equal options are equal, byte for byte.</summary>
internal sealed record MovingSceneOptions
{
    /// <summary>Names the video; any number.</summary>
    public ulong Seed { get; init; }

    /// <summary>Columns, from 64 to 2048. Default 320.</summary>
    public int Width { get; init; } = 320;

    /// <summary>Rows, from 64 to 2048. Default 240.</summary>
    public int Height { get; init; } = 240;

    /// <summary>Images, at least 1. Default 120.</summary>
    public int Frames { get; init; } = 120;

    /// <summary>Things that pass through the video, from 0 to 255. Default 12.</summary>
    public int Things { get; init; } = 12;

    /// <summary>Kinds of things: the first ones of <see cref="SceneCategories.Things"/>, from 1 to 8. Default 8.</summary>
    public int ThingClasses { get; init; } = 8;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside of its range.</exception>
    public void Validate()
    {
        Check(Width, 64, 2048, nameof(Width));
        Check(Height, 64, 2048, nameof(Height));
        Check(Frames, 1, int.MaxValue, nameof(Frames));
        Check(Things, 0, 255, nameof(Things));
        Check(ThingClasses, 1, SceneCategories.Things.Count, nameof(ThingClasses));
    }

    private static void Check(int value, int least, int most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}
