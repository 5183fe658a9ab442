namespace Panoptes.Training.Scenes;

/// <summary>
/// The classes of the drawn scenes: eight kinds of things, four kinds of stuff. The ids have a gap, as COCO's have, so that the
/// way from category ids to class indices is exercised.
/// </summary>
internal static class SceneCategories
{
    /// <summary>The eight kinds of things, by ascending id; class index = position.</summary>
    public static IReadOnlyList<SceneCategory> Things { get; } =
    [
        new(1, "disk", true, "round", (220, 60, 60)),
        new(2, "ring", true, "round", (250, 170, 30)),
        new(3, "square", true, "angular", (0, 110, 220)),
        new(4, "triangle", true, "angular", (120, 60, 200)),
        new(5, "star", true, "pointed", (250, 220, 60)),
        new(6, "pair", true, "round", (150, 90, 40)),
        new(7, "cross", true, "pointed", (220, 90, 190)),
        new(8, "bar", true, "angular", (30, 180, 170)),
    ];

    /// <summary>The four kinds of stuff, by ascending id.</summary>
    public static IReadOnlyList<SceneCategory> Stuff { get; } =
    [
        new(11, "sky", false, "nature", (140, 190, 230)),
        new(12, "grass", false, "nature", (90, 160, 60)),
        new(13, "sand", false, "nature", (220, 200, 150)),
        new(14, "water", false, "nature", (40, 100, 150)),
    ];

    /// <summary>Things, then stuff.</summary>
    public static IReadOnlyList<SceneCategory> All { get; } = [.. Things, .. Stuff];
}
