using System.Globalization;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;
using Panoptes.Coco.Formats.CocoJson;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats;

/// <summary>Makes a COCO dataset of images as other formats hold them: it gives the ids, boxes and areas that those do not have.</summary>
internal static class InstanceBuilder
{
    /// <summary>Numbers everything.</summary>
    /// <param name="images">The images, in order.</param>
    /// <param name="declared">The classes that the format declares, in their order; null where it does not.</param>
    /// <param name="context">Classes and ids that were asked for.</param>
    /// <exception cref="InputException">There is no image or none of the objects could be read, or an image is unknown to
    /// <c>--like</c>.</exception>
    public static InstanceDataset Build(IReadOnlyList<FormatImage> images, IReadOnlyList<string>? declared, ConversionContext context)
    {
        if (images.Count == 0)
        {
            string? why = context.Losses.ToList().FirstOrDefault(loss => loss.IsUnread)?.ToString();
            throw new InputException(
                InputErrorKind.Invalid, context.Options.Input, null,
                $"no image of it could be read{(why is null ? "" : $": {why}")}.");
        }

        CocoCategory[] categories = Categories(declared, images, context);
        if (declared?.GroupBy(name => name).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InputException(
                InputErrorKind.Invalid, context.Options.Input, null,
                $"the class '{twice.Key}' occurs twice; a class is known by its name here.");
        }

        Dictionary<string, long> ids = categories.ToDictionary(c => c.Name, c => c.Id, StringComparer.Ordinal);
        CocoImage[] entries = Number([.. images.Select(p => (p.FileName, p.Size))], context.Header);
        List<CocoAnnotation> annotations = [];
        for (int i = 0; i < entries.Length; i++)
        {
            foreach (FormatObject item in images[i].Objects)
            {
                string place = item.Place ?? images[i].FileName;
                if (!ids.TryGetValue(item.ClassName, out long category))
                {
                    context.Losses.Add(
                        LossKind.InvalidObjects,
                        $"{place}: the class is '{item.ClassName}', which {context.Classes!.Source} does not name");
                    continue;
                }

                if (ProblemOf(item, entries[i]) is { } problem)
                {
                    context.Losses.Add(LossKind.InvalidObjects, $"{place}: {problem}");
                    continue;
                }

                (BoxXywh box, double area) = Measure(item, entries[i]);
                annotations.Add(new CocoAnnotation(annotations.Count + 1, entries[i].Id, category, box, area, item.IsCrowd, item.Outline));
            }
        }

        if (annotations.Count == 0 && context.Losses.ToList().FirstOrDefault(loss => loss.Kind == LossKind.InvalidObjects) is { } all)
        {
            throw new InputException(InputErrorKind.Invalid, context.Options.Input, null, $"none of the objects could be read: {all}.");
        }

        AddMissingImages(images, context);
        return InstanceDataset.Create(entries, categories, annotations);
    }

    /// <summary>
    /// Gives images ids: those that another file has for them, or the numbers that their names are, as COCO's names are, or a count from
    /// 1.
    /// </summary>
    /// <exception cref="InputException">The other file does not have one of them.</exception>
    public static CocoImage[] Number(IReadOnlyList<(string FileName, ImageSize Size)> images, CocoHeader? header)
    {
        if (header is not null)
        {
            return [.. images.Select(p => header.Find(p.FileName) with { Width = p.Size.Width, Height = p.Size.Height })];
        }

        long?[] numbers = [.. images.Select(p => NumberIn(p.FileName))];
        bool named = numbers.All(n => n is not null) && numbers.Distinct().Count() == numbers.Length;
        return [.. images.Select((p, i) => new CocoImage(named ? numbers[i]!.Value : i + 1, p.FileName, p.Size.Width, p.Size.Height))];
    }

    /// <summary>The number that an image's name is, or null.</summary>
    public static long? NumberIn(string fileName) =>
        long.TryParse(Path.GetFileNameWithoutExtension(fileName), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;

    /// <summary>
    /// Box and area of an object. Those of polygons are taken from the corners, as COCO's own are: a round trip gives the same figures
    /// back.
    /// </summary>
    public static (BoxXywh Box, double Area) Measure(CocoSegmentation outline, int height, int width)
    {
        if (outline.Rle is null)
        {
            return (PolygonMath.Bounds(outline.Polygons), PolygonMath.Area(outline.Polygons));
        }

        Rle mask = outline.ToRle(height, width);
        return (BoxXywh.FromBox(mask.Bounds), mask.Area);
    }

    /// <summary>What is wrong with an object, or null.</summary>
    private static string? ProblemOf(FormatObject item, CocoImage image)
    {
        if (item.Outline is null)
        {
            return item.Box is { IsFinite: true, Width: >= 0, Height: >= 0 } ? null
                : $"the box is {item.Box}; it must hold finite numbers, and neither width nor height may be negative";
        }

        if (item.Outline.Rle is { } mask)
        {
            return mask.Height == image.Height && mask.Width == image.Width ? null
                : $"the mask is {mask.Width}x{mask.Height}, but its image is {image.Width}x{image.Height}";
        }

        double[]? wrong = item.Outline.Polygons.FirstOrDefault(p => p.Length < 6 || p.Any(n => !(Math.Abs(n) <= Rle.MaxCoordinate)));
        return wrong is null ? PolygonMath.ProblemAsMask(item.Outline.Polygons, image.Height, image.Width)
            : wrong.Length < 6 ? $"the polygon has {wrong.Length / 2} points; it must have 3 or more"
            : $"the polygon has a coordinate that is not finite or beyond {Rle.MaxCoordinate:0}";
    }

    /// <summary>Names the images that are not in their folder, where one is known: labels without them teach nothing.</summary>
    private static void AddMissingImages(IReadOnlyList<FormatImage> images, ConversionContext context)
    {
        if (context.Images is { } folder && Directory.Exists(folder))
        {
            foreach (FormatImage image in images)
            {
                bool missing = !File.Exists(DatasetPath.Resolve(folder, image.FileName));
                context.Losses.Add(LossKind.LabelsWithoutImage, $"{image.FileName} is not in {folder}", missing ? 1 : 0);
            }
        }
    }

    private static (BoxXywh Box, double Area) Measure(FormatObject item, CocoImage image) => item.Outline is { } outline
        ? Measure(outline, image.Height, image.Width)
        : (item.Box!.Value, item.Box.Value.Area);

    /// <summary>
    /// The classes: those that were asked for; those of the file that lends ids, and after them the ones that it does not have; or those
    /// of the dataset, numbered from 1.
    /// </summary>
    private static CocoCategory[] Categories(
        IReadOnlyList<string>? declared, IReadOnlyList<FormatImage> images, ConversionContext context)
    {
        if (context.Classes is { } classes)
        {
            return [.. classes.Categories.Select(Category)];
        }

        string[] names = [.. Names(declared, images)];
        List<CategoryDraft> lent = context.Header?.Categories ?? [];
        HashSet<string> known = [.. lent.Select(c => c.Name)];
        CocoCategory[] first = lent.Count > 0 && (names.Length == 0 || names.Any(known.Contains))
            ? [.. ClassList.Of(context.Options.Like!, lent).Categories.Select(Category)]
            : [];

        // Above all lent ones: an id in a gap may belong to a class of another file of the same dataset, as COCO's 12 does.
        long last = first.Select(c => c.Id).Append(0).Max();
        CocoCategory[] others =
        [
            .. names.Where(name => first.Length == 0 || !known.Contains(name)).Select((name, i) => new CocoCategory(last + i + 1, name)),
        ];
        if (lent.Count > 0)
        {
            HashSet<string> used = [.. images.SelectMany(image => image.Objects).Select(item => item.ClassName)];
            foreach (CocoCategory category in others)
            {
                context.Losses.Add(
                    LossKind.ClassIds,
                    $"{category.Name}: not in {context.Options.Like}, so it has the id {category.Id}",
                    used.Contains(category.Name) ? 1 : 0);
            }
        }

        return [.. first, .. others];
    }

    private static CocoCategory Category(CategoryDraft draft) => new(draft.Id, draft.Name, draft.Supercategory)
    {
        Frequency = draft.Frequency,
    };

    // Names that were not declared are sorted: their order does not depend on which image comes first.
    private static IEnumerable<string> Names(IReadOnlyList<string>? declared, IReadOnlyList<FormatImage> images) =>
        (declared ?? []).Union(images.SelectMany(p => p.Objects).Select(o => o.ClassName).Distinct().Order(StringComparer.Ordinal));
}
