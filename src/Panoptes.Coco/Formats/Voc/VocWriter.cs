using System.Text;
using System.Xml.Linq;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Voc;

/// <summary>Writes a Pascal VOC dataset: Annotations, SegmentationClass, SegmentationObject, ImageSets/Segmentation, JPEGImages.</summary>
internal static class VocWriter
{
    private const int LargestNumber = VocFiles.Void - 1;

    /// <summary>Writes a dataset as one part.</summary>
    /// <exception cref="InputException">An image's name is malformed, or there are more classes than the PNGs can number.</exception>
    public static ConversionResult Write(InstanceDataset dataset, ConversionContext context)
    {
        ConversionOptions options = context.Options;
        VocFiles files = new(options.Output);
        if (dataset.Categories.Count > LargestNumber)
        {
            throw new InputException(
                InputErrorKind.Invalid, options.Input, null,
                $"has {dataset.Categories.Count} classes; VOC's PNGs number up to {LargestNumber}.");
        }

        string[] stems = FormatImageFiles.Stems(dataset.Images.Select(image => image.FileName));
        context.ForEachImage("write", stems.Length, i =>
        {
            WriteImage(files, stems[i], dataset, i, context);
            context.Place(dataset.Images[i].FileName, Path.Combine(files.Images, dataset.Images[i].FileName));
        });
        Write(files.SetOf(context.SplitName), string.Concat(stems.Select(stem => stem + "\n")));
        Write(files.LabelMap, VocLabels.Write(dataset.Categories.Select(c => c.Name)));
        InstanceLosses.AddBoxesAndAreas(dataset, context);
        InstanceLosses.AddIds(dataset, context, classIds: true);
        return InstanceLosses.Result(dataset, context, dataset.Annotations.Count, files.Images);
    }

    private static void WriteImage(VocFiles files, string stem, InstanceDataset dataset, int index, ConversionContext context)
    {
        CocoImage image = dataset.Images[index];
        ArraySegment<CocoAnnotation> annotations = dataset.AnnotationsOf(index);
        List<LabelPainter.Layer> layers = [];
        VocObject[] objects = new VocObject[annotations.Count];
        for (int i = 0; i < objects.Length; i++)
        {
            CocoAnnotation annotation = annotations[i];
            string name = InstanceLosses.NameOf(annotation);
            BoxXywh box = annotation.Bbox;
            if (annotation.Segmentation is not null)
            {
                Rle mask = annotation.ToRle(image.Height, image.Width);
                box = mask.IsEmpty ? box : BoxXywh.FromBox(mask.Bounds);
                InstanceLosses.AddPixels(annotation, context);
                if (i < LargestNumber)
                {
                    layers.Add(new LabelPainter.Layer(mask, i + 1, annotation.IsCrowd, name));
                }
                else
                {
                    context.Losses.Add(LossKind.TooMany, name);
                }
            }

            objects[i] = new VocObject(dataset.Categories[dataset.IndexOfCategory(annotation.CategoryId)].Name, box, annotation.IsCrowd);
        }

        byte[] numbers = Array.ConvertAll(
            LabelPainter.Paint(image.Width, image.Height, layers, context.Losses).Labels.ToArray(), label => (byte)label);
        byte[] classes = Array.ConvertAll(
            numbers, n => n == 0 ? (byte)0 : (byte)(dataset.IndexOfCategory(annotations[n - 1].CategoryId) + 1));
        WritePng(FormatImageFiles.Prepare(files.Objects, stem, ".png"), numbers, image);
        WritePng(FormatImageFiles.Prepare(files.Classes, stem, ".png"), classes, image);
        Write(Path.Combine(files.Annotations, stem + ".xml"), ToXml(image, objects).ToString() + "\n");
    }

    private static XElement ToXml(CocoImage image, VocObject[] objects) => new(
        "annotation",
        new XElement("folder", "JPEGImages"),
        new XElement("filename", image.FileName),
        new XElement("size", new XElement("width", image.Width), new XElement("height", image.Height), new XElement("depth", 3)),
        new XElement("segmented", 1),
        objects.Select(item => item.ToXml()));

    private static void WritePng(string path, byte[] indices, CocoImage image) =>
        AtomicFile.WriteAllBytes(path, PngEncoder.EncodeIndexed(indices, image.Width, image.Height, image.Width, VocLabels.Palette));

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
    }
}
