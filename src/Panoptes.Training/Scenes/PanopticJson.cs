using Panoptes.Coco;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Training.Scenes;

/// <summary>Writes the panoptic JSON of drawn scenes.</summary>
internal static class PanopticJson
{
    /// <summary>Writes the file; the PNGs lie beside in the folder of the same name.</summary>
    public static void Write(
        string path,
        IEnumerable<SceneCategory> categories,
        IReadOnlyList<CocoImage> images,
        IReadOnlyList<IReadOnlyList<SceneSegment>> segments) => CocoWriter.WritePanoptic(path, new PanopticDataset(
            images,
            [.. categories.Select(c => new PanopticCategory(c.Id, c.Name, c.IsThing, new Rgb(c.Color.R, c.Color.G, c.Color.B), c.Supercategory))],
            [
                .. images.Zip(segments, (image, inside) =>
                    new PanopticAnnotation(image.Id, Path.ChangeExtension(image.FileName, ".png"), [.. inside.Select(Segment)])),
            ]));

    private static PanopticSegment Segment(SceneSegment segment) => new(
        segment.Id, segment.Category.Id, segment.Area, Bbox: new BoxXywh(segment.X, segment.Y, segment.Width, segment.Height));
}
