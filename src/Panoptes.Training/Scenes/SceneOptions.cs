namespace Panoptes.Training.Scenes;

/// <summary>What the drawn scenes look like. Scenes of equal options and equal index are equal, byte for byte.</summary>
internal sealed record SceneOptions
{
    /// <summary>Names the sequence of scenes; any number.</summary>
    public ulong Seed { get; init; }

    /// <summary>Side of a square scene in pixels, from 64 to 2048. Other shapes have about the same area. Default 256.</summary>
    public int Size { get; init; } = 256;

    /// <summary>
    /// How far an image's sides may stray from <see cref="Size"/>, as a fraction in [0, 0.5]: 0.25 allows everything from
    /// 1.25 : 0.8 (landscape) to 0.8 : 1.25 (portrait). Default 0.25.
    /// </summary>
    public double AspectVariation { get; init; } = 0.25;

    /// <summary>The fewest things to try to place in a scene, at least 0. Default 3.</summary>
    public int MinThings { get; init; } = 3;

    /// <summary>The most things in a scene, from <see cref="MinThings"/> to 64. Default 8.</summary>
    public int MaxThings { get; init; } = 8;

    /// <summary>Smallest extent of a thing, as a fraction of <see cref="Size"/>. Default 0.07, about 18 pixels of 256.</summary>
    public double SmallestThing { get; init; } = 0.07;

    /// <summary>Largest extent of a thing, as a fraction of <see cref="Size"/>. Default 0.7: ten times the smallest.</summary>
    public double LargestThing { get; init; } = 0.7;

    /// <summary>Kinds of things: the first ones of <see cref="SceneCategories.Things"/>, from 1 to 8. Default 8.</summary>
    public int ThingClasses { get; init; } = 8;

    /// <summary>
    /// Part of the things that wear their class's favorite pattern, in [0, 1]; the others wear any. Colors never tell the class.
    /// Default 0.5.
    /// </summary>
    public double FavoritePattern { get; init; } = 0.5;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InputException">A value is outside its range; the message names it.</exception>
    public void Validate()
    {
        Check(Size is >= 64 and <= 2048, nameof(Size), Size, "64 to 2048");
        Check(AspectVariation is >= 0 and <= 0.5, nameof(AspectVariation), AspectVariation, "0 to 0.5");
        Check(MinThings >= 0, nameof(MinThings), MinThings, "0 or more");
        Check(MaxThings >= MinThings && MaxThings <= 64, nameof(MaxThings), MaxThings, $"{MinThings} to 64");
        Check(ThingClasses >= 1 && ThingClasses <= SceneCategories.Things.Count, nameof(ThingClasses), ThingClasses, "1 to 8");
        Check(FavoritePattern is >= 0 and <= 1, nameof(FavoritePattern), FavoritePattern, "0 to 1");
        Check(SmallestThing is >= 0.02 and <= 1, nameof(SmallestThing), SmallestThing, "0.02 to 1");
        Check(LargestThing >= SmallestThing && LargestThing <= 1, nameof(LargestThing), LargestThing, $"{SmallestThing} to 1");
    }

    private static void Check(bool holds, string name, object value, string allowed)
    {
        if (!holds)
            throw InputException.ForSetting(null, $"scene option {name} is {value}, allowed is {allowed}");
    }
}
