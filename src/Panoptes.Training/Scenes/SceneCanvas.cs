namespace Panoptes.Training.Scenes;

/// <summary>The image while it is painted: a color, a stuff class and the thing in front for every pixel.</summary>
internal sealed class SceneCanvas(int width, int height)
{
    /// <summary>Value of <see cref="Owners"/> where no thing lies.</summary>
    public const byte NoThing = 0;

    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>Colors, row by row.</summary>
    public Tone[] Tones { get; } = new Tone[width * height];

    /// <summary>Position in <see cref="SceneCategories.Stuff"/> of the region at each pixel.</summary>
    public byte[] Stuff { get; } = new byte[width * height];

    /// <summary>1 + the position of the thing in front at each pixel, or <see cref="NoThing"/>.</summary>
    public byte[] Owners { get; } = new byte[width * height];
}
