using Panoptes.Coco.Files;
using Panoptes.Coco.Formats.CocoJson;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>Writes COCO's panoptic JSON, and its PNGs into the folder next to it that has its name.</summary>
internal static class PanopticWriter
{
    /// <summary>Writes a dataset.</summary>
    /// <exception cref="InputException">The input is wrong.</exception>
    public static ConversionResult Write(IPanopticSource source, ConversionContext context)
    {
        string folder = PanopticReader.FolderOf(context.Options.Output);
        PanopticFolder pngs = new(folder);
        CocoImage?[] images = new CocoImage?[source.Count];
        PanopticAnnotation?[] annotations = new PanopticAnnotation?[source.Count];
        int read = PanopticScenes.ForEach(source, context, "convert", (i, scene) =>
        {
            images[i] = scene.Image;
            annotations[i] = new PanopticAnnotation(
                scene.Image.Id, pngs.Write(scene.Image, scene.Labels.EncodePng()), SegmentFigures.Complete(scene));
        });
        IdTexts texts = new(source.Categories.Select(c => (c.Id, c.IdText)));
        CocoFile.Write(context.Options.Output, context.Header, file =>
        {
            file.AddImages(images.OfType<CocoImage>());
            file.AddAll(
                "annotations", annotations.OfType<PanopticAnnotation>(),
                (json, annotation) => PanopticJson.WriteAnnotation(json, annotation, texts));
            file.AddAll("categories", source.Categories, PanopticJson.WriteCategory);
        });
        return PanopticResult.Of(source, context, read, annotations.Sum(a => a?.Segments.Count ?? 0));
    }
}
