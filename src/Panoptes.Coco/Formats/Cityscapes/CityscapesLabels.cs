using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Cityscapes;

/// <summary>The classes that Cityscapes evaluates, with their ids (cityscapesScripts, helpers/labels.py).</summary>
internal static class CityscapesLabels
{
    /// <summary>
    /// The ids of objects are their class's times this, plus a count from 0; smaller ones are classes or groups of objects.
    /// </summary>
    public const int ObjectFactor = 1000;

    private const string Group = "group";

    /// <summary>The classes by ascending id.</summary>
    public static IReadOnlyList<PanopticCategory> Categories { get; } =
    [
        Stuff(7, "road", 128, 64, 128), Stuff(8, "sidewalk", 244, 35, 232), Stuff(11, "building", 70, 70, 70),
        Stuff(12, "wall", 102, 102, 156), Stuff(13, "fence", 190, 153, 153), Stuff(17, "pole", 153, 153, 153),
        Stuff(19, "traffic light", 250, 170, 30), Stuff(20, "traffic sign", 220, 220, 0), Stuff(21, "vegetation", 107, 142, 35),
        Stuff(22, "terrain", 152, 251, 152), Stuff(23, "sky", 70, 130, 180), Thing(24, "person", 220, 20, 60),
        Thing(25, "rider", 255, 0, 0), Thing(26, "car", 0, 0, 142), Thing(27, "truck", 0, 0, 70), Thing(28, "bus", 0, 60, 100),
        Thing(31, "train", 0, 80, 100), Thing(32, "motorcycle", 0, 0, 230), Thing(33, "bicycle", 119, 11, 32),
    ];

    /// <summary>The class of an id in a PNG of instanceIds; null for what is not evaluated.</summary>
    public static PanopticCategory? Of(int instanceId)
    {
        int id = instanceId < ObjectFactor ? instanceId : instanceId / ObjectFactor;
        return Categories.FirstOrDefault(category => category.Id == id);
    }

    /// <summary>The class of a polygon's label, such as car or, for several cars that were not annotated one by one, cargroup.</summary>
    /// <returns>The class and whether it is a group; null for what is not evaluated.</returns>
    public static (PanopticCategory Category, bool IsGroup)? Named(string label)
    {
        if (Categories.FirstOrDefault(c => c.Name == label) is { } category)
        {
            return (category, false);
        }

        return label.EndsWith(Group, StringComparison.Ordinal)
            && Categories.FirstOrDefault(c => c.IsThing && c.Name == label[..^Group.Length]) is { } group
            ? (group, true)
            : null;
    }

    private static PanopticCategory Stuff(int id, string name, byte red, byte green, byte blue) =>
        new(id, name, IsThing: false, new Rgb(red, green, blue));

    private static PanopticCategory Thing(int id, string name, byte red, byte green, byte blue) =>
        new(id, name, IsThing: true, new Rgb(red, green, blue));
}
