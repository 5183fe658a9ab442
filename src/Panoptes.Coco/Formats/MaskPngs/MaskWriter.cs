using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.MaskPngs;

/// <summary>
/// Writes masks as Penn-Fudan has them: the objects of an image are numbered from 1. PNGs are gray with 8 bits a pixel, with 16 where a
/// image has more than 255 objects.
/// </summary>
internal static class MaskWriter
{
    /// <summary>Writes a dataset.</summary>
    /// <exception cref="InputException">An image's size or name is not known, or two have one name.</exception>
    public static ConversionResult Write(InstanceDataset dataset, ConversionContext context)
    {
        ConversionOptions options = context.Options;
        MaskFiles files = MaskFiles.PennFudan(options.Output);
        string[] stems = FormatImageFiles.Stems(dataset.Images.Select(image => image.FileName));
        int objects = 0;
        context.ForEachImage("write", stems.Length, i =>
        {
            CocoImage image = dataset.Images[i];
            List<LabelPainter.Layer> layers = Layers(dataset, i, context);
            LabelMap map = LabelPainter.Paint(image.Width, image.Height, layers, context.Losses);
            string path = FormatImageFiles.Prepare(files.Masks, stems[i], $"{options.MaskSuffix ?? MaskFiles.PennFudanSuffix}.png");
            AtomicFile.WriteAllBytes(path, Encode(map, layers.Count));
            context.Place(image.FileName, Path.Combine(files.Images!, image.FileName));
            Interlocked.Add(ref objects, layers.Count);
        });
        if (dataset.Categories.Count > 1)
        {
            context.Losses.Add(LossKind.Classes, $"{dataset.Categories.Count} classes", objects);
        }

        InstanceLosses.AddBoxesAndAreas(dataset, context);
        InstanceLosses.AddIds(dataset, context, classIds: true);
        return InstanceLosses.Result(dataset, context, objects, files.Images);
    }

    private static List<LabelPainter.Layer> Layers(InstanceDataset dataset, int index, ConversionContext context)
    {
        CocoImage image = dataset.Images[index];
        List<LabelPainter.Layer> layers = [];
        foreach (CocoAnnotation annotation in dataset.AnnotationsOf(index))
        {
            string name = InstanceLosses.NameOf(annotation);
            if (annotation.Segmentation is null)
            {
                context.Losses.Add(LossKind.Broken, name);
            }
            else if (!InstanceLosses.IsSkipped(annotation, context))
            {
                InstanceLosses.AddPixels(annotation, context);
                layers.Add(new LabelPainter.Layer(annotation.ToRle(image.Height, image.Width), layers.Count + 1, annotation.IsCrowd, name));
            }
        }

        return layers;
    }

    private static byte[] Encode(LabelMap map, int labels)
    {
        if (labels > byte.MaxValue)
        {
            return PngEncoder.EncodeGray16(Array.ConvertAll(map.Labels.ToArray(), label => (ushort)label), map.Width, map.Height);
        }

        byte[] gray = Array.ConvertAll(map.Labels.ToArray(), label => (byte)label);
        return PngEncoder.Encode(gray, map.Width, map.Height, map.Width, PixelFormat.Gray8);
    }
}
