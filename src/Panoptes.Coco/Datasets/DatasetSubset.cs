using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets;

/// <summary>
/// Takes some images and classes of a COCO dataset (of a panoptic one only images). Everything that stays is copied as it stands,
/// unknown keys included.
/// </summary>
public static class DatasetSubset
{
    /// <summary>Writes the subset.</summary>
    /// <param name="annotations">The dataset's JSON.</param>
    /// <param name="output">The file to create or replace.</param>
    /// <param name="options">What stays.</param>
    /// <param name="cancellationToken">Ends the work; an older file stays as it was.</param>
    /// <exception cref="InputException">The file is missing or malformed, has no such class or image, fewer images than asked for, or
    /// is panoptic where objects are to go.</exception>
    public static DatasetFile Write(
        string annotations, string output, SubsetOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        DatasetCopy.RequireOther(output, annotations);
        DatasetLists lists = DatasetLists.Read(annotations, cancellationToken);
        if (lists.Kind == DatasetKind.Panoptic && (options.Classes is not null || options.MinArea > 0))
        {
            throw new InputException(
                InputErrorKind.Invalid, annotations, null,
                "is panoptic: classes and small objects cannot go, because their pixels would stay in the PNGs; "
                + "images can be chosen.");
        }

        Dictionary<long, long> classes = ChooseClasses(lists, options).ToDictionary(id => id);
        ClassMapping mapping = new(annotations, classes);
        HashSet<long> images = ChooseImages(lists, mapping, options, cancellationToken);
        HashSet<long> known = [.. lists.Images.Select(image => image.Id!.Value)];
        HashSet<long> knownClasses = [.. lists.Classes.Select(c => c.Id!.Value)];
        SkipLog skipped = new(annotations, options.Strict);
        DatasetFile file = DatasetCopy.Write(annotations, output, (element, _) => element.List switch
        {
            "images" => images.Contains(element.Id("id"u8)!.Value) ? [.. mapping.OfImage(element)] : null,
            "categories" => classes.ContainsKey(element.Id("id"u8)!.Value) ? [] : null,
            "annotations" => IsKnown(element) && images.Contains(element.Id("image_id"u8)!.Value)
                && Stays(element, lists, mapping, options) ? [] : null,
            _ => [],
        }, cancellationToken: cancellationToken);
        return file with { Skipped = skipped.ToList() };

        bool IsKnown(JsonListElement annotation)
        {
            if (annotation.Id("image_id"u8) is not { } image || !known.Contains(image))
            {
                skipped.AddUnknownImage(annotation);
                return false;
            }

            if (lists.Kind == DatasetKind.Instances && (annotation.Id("category_id"u8) is not { } id || !knownClasses.Contains(id)))
            {
                skipped.AddUnknownClass(annotation);
                return false;
            }

            return true;
        }
    }

    private static IEnumerable<long> ChooseClasses(DatasetLists lists, SubsetOptions options)
    {
        if (options.Classes is null)
        {
            return lists.Classes.Select(c => c.Id!.Value);
        }

        if (options.Classes.FirstOrDefault(name => lists.Classes.All(c => c.Name != name)) is { } unknown)
        {
            throw new InputException(
                InputErrorKind.Invalid, lists.Path, null,
                $"has no class '{unknown}'; it has {lists.DescribeClasses()}.");
        }

        return lists.Classes.Where(c => options.Classes.Contains(c.Name)).Select(c => c.Id!.Value);
    }

    private static HashSet<long> ChooseImages(
        DatasetLists lists, ClassMapping mapping, SubsetOptions options, CancellationToken cancellationToken)
    {
        List<long> ids = [.. lists.Images.Select(p => p.Id!.Value)];
        if (options.Ids is not null)
        {
            HashSet<long> wanted = [.. options.Ids];
            foreach (long unknown in wanted.Except(ids))
            {
                throw new InputException(
                    InputErrorKind.Invalid, lists.Path, null,
                    $"has no image with the id {(CocoId.IsText(unknown) ? "that is asked for as a text" : $"{unknown}")}.");
            }

            ids.RemoveAll(id => !wanted.Contains(id));
        }

        if (options.NonEmpty)
        {
            HashSet<long> filled = Filled(lists, mapping, options, cancellationToken);
            ids.RemoveAll(id => !filled.Contains(id));
        }

        if (options.Images is { } count)
        {
            if (count > ids.Count)
            {
                string which = options.NonEmpty ? "images with such objects" : "images";
                throw new InputException(
                    InputErrorKind.Invalid, lists.Path, null,
                    $"has {ids.Count} {which}, fewer than the {count} asked for.");
            }

            ids = [.. ImageOrder.Shuffle(ids, options.Seed).Take(count)];
        }

        return ids.Count > 0 ? [.. ids] : throw new InputException(
            InputErrorKind.Invalid, lists.Path, null,
            "has no image with such objects.");
    }

    /// <summary>The images with objects that stay.</summary>
    private static HashSet<long> Filled(
        DatasetLists lists, ClassMapping mapping, SubsetOptions options, CancellationToken cancellationToken)
    {
        HashSet<long> filled = [];
        using JsonListStream input = new(lists.Path, cancellationToken: cancellationToken);
        foreach (JsonListElement element in input.Elements())
        {
            if (element.List == "annotations" && element.Id("image_id"u8) is { } id && Stays(element, lists, mapping, options))
            {
                filled.Add(id);
            }
        }

        return filled;
    }

    private static bool Stays(JsonListElement element, DatasetLists lists, ClassMapping mapping, SubsetOptions options)
    {
        if (lists.Kind == DatasetKind.Panoptic)
        {
            return true;
        }

        if (mapping[element.Id("category_id"u8)] is null || options.MinArea <= 0)
        {
            return mapping[element.Id("category_id"u8)] is not null;
        }

        double area = element.Number("area"u8)
            ?? throw new InputException(
                InputErrorKind.Invalid, lists.Path, null,
                $"annotation {element.Id("id"u8)}: the key area is missing or no number.");
        return area >= options.MinArea;
    }
}
