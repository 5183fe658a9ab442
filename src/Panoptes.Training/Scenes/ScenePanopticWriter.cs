using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Training.Scenes;

/// <summary>Writes the panoptic JSON of drawn scenes.</summary>
internal static class ScenePanopticWriter
{
    /// <summary>Writes the file; the PNGs lie next to it in the folder of the same name.</summary>
    public static void Write(
        string path,
        IEnumerable<SceneCategory> categories,
        IReadOnlyList<CocoImage> images,
        IReadOnlyList<IReadOnlyList<SceneSegment>> segments) => CocoWriter.WritePanoptic(path, new PanopticDataset(
            images,
            [.. categories.Select(Category)],
            [
                .. images.Zip(segments, (image, inside) =>
                    new PanopticAnnotation(image.Id, Path.ChangeExtension(image.FileName, ".png"), [.. inside.Select(Segment)])),
            ]));

    private static PanopticCategory Category(SceneCategory category) => new(
        category.Id,
        category.Name,
        category.IsThing,
        new Rgb(category.Color.R, category.Color.G, category.Color.B),
        category.Supercategory);

    private static PanopticSegment Segment(SceneSegment segment) => new(
        segment.Id, segment.Category.Id, segment.Area, Bbox: new BoxXywh(segment.X, segment.Y, segment.Width, segment.Height));
}
