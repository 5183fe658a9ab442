using System.Xml.Linq;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Voc;

/// <summary>
/// Reads a Pascal VOC dataset. The objects of SegmentationObject are numbered in the order in which Annotations lists them; where a
/// image has no annotation, SegmentationClass tells their classes. An object without a number there has its polygon, if it states one.
/// </summary>
internal static class VocReader
{
    private static readonly string[] s_known =
        ["folder", "filename", "path", "source", "owner", "size", "segmented", "object", "imagesize", "database", "verified", "imageset"];

    /// <summary>Reads a dataset; images come in the order of their names.</summary>
    /// <exception cref="InputException">A file is missing or malformed, or files contradict each other.</exception>
    public static InstanceDataset Read(ConversionContext context)
    {
        VocFiles files = VocFiles.Find(context.Options.Input);
        IReadOnlyList<string> images = files.Names(context.Options.Split, context.Text, context.Losses);
        context.Images ??= Directory.Exists(files.Images) ? files.Images : null;
        if (context.Images is { } folder)
        {
            FormatImageFiles.AddUnsupported(folder, context.Losses);
        }

        IReadOnlyList<(string Name, Rgb Color)> labels = File.Exists(files.LabelMap) ? VocLabels.Read(files.LabelMap, context.Text) : [];
        IReadOnlyList<string>? declared = context.Classes is { } classes ? [.. classes.Names]
            : labels.Count > 0 ? [.. labels.Select(label => label.Name)]
            : null;
        labels = labels.Count > 0 ? labels
            : [.. (declared ?? VocLabels.Names).Select((name, i) => (name, VocLabels.Palette[(i + 1) % VocLabels.Palette.Length]))];
        IReadOnlyList<FormatImage> read = context.ReadImages(images.Count, i => ReadImage(files, images[i], labels, context));
        return InstanceBuilder.Build(read, declared ?? Standard(read), context);
    }

    // The challenge's classes keep their order, so that VOC's own datasets get VOC's numbers.
    private static IReadOnlyList<string>? Standard(IReadOnlyList<FormatImage> images) =>
        images.SelectMany(p => p.Objects).All(o => VocLabels.Names.Contains(o.ClassName)) ? VocLabels.Names : null;

    private static FormatImage? ReadImage(
        VocFiles files, string stem, IReadOnlyList<(string Name, Rgb Color)> labels, ConversionContext context)
    {
        string xml = Path.Combine(files.Annotations, stem + ".xml");
        string png = Path.Combine(files.Objects, stem + ".png");
        XElement? root = File.Exists(xml) ? FormatXml.Load(xml, context.Text) : null;
        if (root is not null && root.Name.LocalName != "annotation")
        {
            throw new InputException(
                InputErrorKind.Invalid, xml, null,
                $"the root is {root.Name.LocalName}; VOC's files have annotation.");
        }

        LabelMap? map = File.Exists(png) ? VocMap.Objects(png) : null;
        if (map is null && root is null)
        {
            context.Losses.Add(LossKind.UnlabeledImages, stem);
            return null;
        }

        foreach (XElement unknown in root?.Elements().Where(e => !s_known.Contains(e.Name.LocalName)) ?? [])
        {
            context.Losses.Add(LossKind.UnknownKeys, unknown.Name.LocalName);
        }

        string fileName = files.ImageOf(stem, root?.Element("filename")?.Value.Trim());
        ImageSize size = map is null ? SizeOf(root!, context.Images, fileName) : new ImageSize(map.Width, map.Height);
        SortedDictionary<int, Rle> masks = map is null ? [] : map.ToMasks();
        if (masks.Remove(VocFiles.Void, out Rle? unlabeled))
        {
            context.Losses.Add(LossKind.VoidPixels, stem, unlabeled.Area);
        }

        return new FormatImage(fileName, size, root is null
            ? [.. ByClassMap(files, stem, masks, size, labels, context)]
            : [.. ByAnnotation(xml, root, masks, context)]);
    }

    private static IEnumerable<FormatObject> ByAnnotation(
        string path, XElement root, SortedDictionary<int, Rle> masks, ConversionContext context)
    {
        int number = 0;
        foreach (XElement element in root.Elements("object"))
        {
            FormatPlace place = new(path, $"object {++number}");
            masks.Remove(number, out Rle? mask);
            if (element.Element("deleted")?.Value.Trim() == "1"
                || context.Read(LossKind.InvalidObjects, () => VocObject.Read(element, place, context.Losses)) is not { } item)
            {
                continue;
            }

            CocoSegmentation? outline = mask is not null ? CocoSegmentation.FromRle(mask)
                : item.Polygons.Count > 0 ? CocoSegmentation.FromPolygons(item.Polygons)
                : null;
            context.Losses.Add(LossKind.NoOutline, place, outline is null ? 1 : 0);
            yield return new FormatObject(item.Name, outline, outline is null ? item.Box : null, item.IsCrowd) { Place = place };
        }

        context.Losses.Add(
            LossKind.InvalidObjects,
            $"{path}: lists {number} objects, but SegmentationObject has the number {masks.Keys.FirstOrDefault()}",
            masks.Count);
    }

    private static IEnumerable<FormatObject> ByClassMap(
        VocFiles files,
        string stem,
        SortedDictionary<int, Rle> masks,
        ImageSize size,
        IReadOnlyList<(string Name, Rgb Color)> labels,
        ConversionContext context)
    {
        string path = Path.Combine(files.Classes, stem + ".png");
        LabelMap map = VocMap.Classes(path, labels);
        if (new ImageSize(map.Width, map.Height) is var actual && actual != size)
        {
            throw new InputException(InputErrorKind.Invalid, path, null, $"is {actual}, but SegmentationObject is {size}.");
        }

        foreach ((int number, Rle mask) in masks)
        {
            ColumnRun first = First(mask);
            int label = map[first.X, first.Top];
            if (label >= 1 && label <= labels.Count)
            {
                yield return new FormatObject(labels[label - 1].Name, CocoSegmentation.FromRle(mask))
                {
                    Place = $"{path}: object {number}",
                };
                continue;
            }

            context.Losses.Add(
                LossKind.InvalidObjects,
                $"{path}: object {number} has the {VocMap.Describe(label)}; the classes are 1 to {labels.Count}");
        }
    }

    private static ColumnRun First(Rle mask)
    {
        ColumnRunEnumerator runs = mask.EnumerateColumnRuns();
        runs.MoveNext();
        return runs.Current;
    }

    private static ImageSize SizeOf(XElement root, string? images, string fileName)
    {
        // The first LabelMe has nrows and ncols.
        XElement? size = root.Element("size") ?? root.Element("imagesize");
        int? width = FormatXml.Length((size?.Element("width") ?? size?.Element("ncols"))?.Value);
        int? height = FormatXml.Length((size?.Element("height") ?? size?.Element("nrows"))?.Value);
        return width is { } columns && height is { } rows ? new ImageSize(columns, rows) : FormatImageFiles.SizeOf(images, fileName);
    }
}
