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
        CocoImage[] images = new CocoImage[source.Count];
        PanopticAnnotation[] annotations = new PanopticAnnotation[source.Count];
        context.ForEachImage("convert", source.Count, i =>
        {
            PanopticScene scene = source.Read(i);
            images[i] = scene.Image;
            annotations[i] = new PanopticAnnotation(
                scene.Image.Id, pngs.Write(scene.Image, scene.Labels.EncodePng()), SegmentFigures.Complete(scene));
        });
        CocoFile.Write(context.Options.Output, context.Header, file =>
        {
            file.AddImages(images);
            file.AddAll("annotations", annotations, PanopticJson.WriteAnnotation);
            file.AddAll("categories", source.Categories, PanopticJson.WriteCategory);
        });
        return PanopticResult.Of(source, context, annotations.Sum(a => a.Segments.Count));
    }
}
