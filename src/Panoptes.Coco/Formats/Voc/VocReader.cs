using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Voc;

/// <summary>
/// Reads a Pascal VOC dataset. The objects of SegmentationObject are numbered in the order in which Annotations lists them; where a
/// image has no annotation, SegmentationClass tells their classes.
/// </summary>
internal static class VocReader
{
    /// <summary>Reads a dataset; images come in the order of their names.</summary>
    /// <exception cref="InputException">A file is missing or malformed, or files contradict each other.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        VocFiles files = new(context.Options.Input);
        IReadOnlyList<string> images = files.Names(context.Options.Split);
        context.Images ??= Directory.Exists(files.Images) ? files.Images : null;
        IReadOnlyList<string>? declared = context.Classes is { } classes ? [.. classes.Names]
            : File.Exists(files.LabelMap) ? VocLabels.Read(files.LabelMap)
            : null;
        FormatImage?[] read = new FormatImage?[images.Count];
        context.ForEachImage(
            "read", images.Count, i => read[i] = ReadImage(files, images[i], declared ?? VocLabels.Names, context));
        return InstanceBuilder.Build([.. read.OfType<FormatImage>()], declared ?? Standard(read), context);
    }

    // The challenge's classes keep their order, so that VOC's own datasets get VOC's numbers.
    private static IReadOnlyList<string>? Standard(FormatImage?[] images) =>
        images.OfType<FormatImage>().SelectMany(p => p.Objects).All(o => VocLabels.Names.Contains(o.ClassName))
            ? VocLabels.Names
            : null;

    private static FormatImage? ReadImage(VocFiles files, string stem, IReadOnlyList<string> classes, ConversionContext context)
    {
        string xml = Path.Combine(files.Annotations, stem + ".xml");
        string png = Path.Combine(files.Objects, stem + ".png");
        LabelMap? map = File.Exists(png) ? LabelMap.Load(png) : null;
        XElement? root = File.Exists(xml) ? Load(xml) : null;
        if (map is null && root is null)
        {
            context.Losses.Add(LossKind.UnlabeledImages, stem);
            return null;
        }

        string fileName = ImageName(files, stem, root);
        ImageSize size = map is null ? SizeOf(root!, context.Images, fileName) : new ImageSize(map.Width, map.Height);
        SortedDictionary<int, Rle> masks = map is null ? [] : LabelMasks.Split(map);
        if (masks.Remove(VocFiles.Void, out Rle? unlabeled))
        {
            context.Losses.Add(LossKind.VoidPixels, stem, unlabeled.Area);
        }

        return new FormatImage(fileName, size, root is null
            ? [.. ByClassMap(files, stem, masks, size, classes)]
            : [.. ByAnnotation(xml, root, masks, context.Losses)]);
    }

    private static IEnumerable<FormatObject> ByAnnotation(string path, XElement root, SortedDictionary<int, Rle> masks, LossLog losses)
    {
        int number = 0;
        foreach (XElement element in root.Elements("object"))
        {
            number++;
            VocObject item = VocObject.Read(element, $"{path}: object {number}", losses);
            losses.Add(LossKind.NoOutline, $"{path}: object {number}", masks.ContainsKey(number) ? 0 : 1);
            yield return masks.Remove(number, out Rle? mask)
                ? new FormatObject(item.Name, CocoSegmentation.FromRle(mask), IsCrowd: item.IsCrowd)
                : new FormatObject(item.Name, null, item.Box, item.IsCrowd);
        }

        if (masks.Count > 0)
        {
            throw new InputException($"{path}: lists {number} objects, but SegmentationObject has the number {masks.Keys.First()}.");
        }
    }

    private static IEnumerable<FormatObject> ByClassMap(
        VocFiles files, string stem, SortedDictionary<int, Rle> masks, ImageSize size, IReadOnlyList<string> classes)
    {
        string path = Path.Combine(files.Classes, stem + ".png");
        LabelMap map = LabelMap.Load(path);
        if (new ImageSize(map.Width, map.Height) is var actual && actual != size)
        {
            throw new InputException($"{path}: is {actual}, but SegmentationObject is {size}.");
        }

        foreach ((int number, Rle mask) in masks)
        {
            ColumnRun first = First(mask);
            int label = map[first.X, first.Top];
            yield return label >= 1 && label <= classes.Count
                ? new FormatObject(classes[label - 1], CocoSegmentation.FromRle(mask))
                : throw new InputException($"{path}: object {number} has the class {label}; the classes are 1 to {classes.Count}.");
        }
    }

    private static ColumnRun First(Rle mask)
    {
        ColumnRunEnumerator runs = mask.EnumerateColumnRuns();
        runs.MoveNext();
        return runs.Current;
    }

    private static string ImageName(VocFiles files, string stem, XElement? root)
    {
        string? extension = ImageFiles.Extensions.FirstOrDefault(e => File.Exists(Path.Combine(files.Images, stem + e)));
        return stem + (extension ?? Path.GetExtension(root?.Element("filename")?.Value.Trim()) ?? ".jpg");
    }

    private static ImageSize SizeOf(XElement root, string? images, string fileName)
    {
        XElement? size = root.Element("size");
        return int.TryParse(size?.Element("width")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width > 0
            && int.TryParse(size?.Element("height")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int height) && height > 0
            ? new ImageSize(width, height)
            : FormatImageFiles.SizeOf(images, fileName);
    }

    private static XElement Load(string path)
    {
        try
        {
            return XElement.Load(path);
        }
        catch (XmlException e)
        {
            throw new InputException($"{path}: not valid XML: {e.Message.TrimEnd('.')}.", e);
        }
    }
}
