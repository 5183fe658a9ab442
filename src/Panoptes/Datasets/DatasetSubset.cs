using Panoptes.Coco.Json;
using Panoptes.Datasets.Checks;

namespace Panoptes.Datasets;

/// <summary>
/// Takes some pictures and classes of a COCO data set (pictures alone of a panoptic one). Everything that stays is copied as it stands,
/// keys that nobody here knows included.
/// </summary>
public static class DatasetSubset
{
    /// <summary>Writes the subset.</summary>
    /// <param name="annotations">The data set's JSON.</param>
    /// <param name="output">The file to create or replace.</param>
    /// <param name="options">What stays.</param>
    /// <exception cref="InputException">The file is missing or malformed, has no such class or picture, fewer pictures than asked for, or
    /// is panoptic where objects are to go.</exception>
    public static DatasetFile Write(string annotations, string output, SubsetOptions options)
    {
        DatasetCopy.RequireOther(output, annotations);
        DatasetLists lists = DatasetLists.Read(annotations);
        if (lists.Kind == DatasetKind.Panoptic && (options.Classes is not null || options.MinArea > 0))
        {
            throw new InputException(
                $"{annotations}: is panoptic: classes and small objects cannot go, because their pixels would stay in the PNGs; "
                + "pictures can be chosen.");
        }

        Dictionary<long, long> classes = ChooseClasses(lists, options).ToDictionary(id => id);
        ClassMapping mapping = new(annotations, classes);
        HashSet<long> pictures = ChoosePictures(lists, mapping, options);
        return DatasetCopy.Write(annotations, output, (element, _) => element.List switch
        {
            "images" => pictures.Contains(element.Integer("id"u8)!.Value) ? [.. mapping.OfPicture(element)] : null,
            "categories" => classes.ContainsKey(element.Integer("id"u8)!.Value) ? [] : null,
            "annotations" when element.Integer("image_id"u8) is { } id && pictures.Contains(id) =>
                Stays(element, lists, mapping, options) ? [] : null,
            "annotations" => null,
            _ => [],
        });
    }

    private static IEnumerable<long> ChooseClasses(DatasetLists lists, SubsetOptions options)
    {
        if (options.Classes is null)
        {
            return lists.Classes.Select(c => (long)c.Id!.Value);
        }

        if (options.Classes.FirstOrDefault(name => lists.Classes.All(c => c.Name != name)) is { } unknown)
        {
            throw new InputException($"{lists.Path}: has no class '{unknown}'; it has {lists.DescribeClasses()}.");
        }

        return lists.Classes.Where(c => options.Classes.Contains(c.Name)).Select(c => (long)c.Id!.Value);
    }

    private static HashSet<long> ChoosePictures(DatasetLists lists, ClassMapping mapping, SubsetOptions options)
    {
        List<long> ids = [.. lists.Pictures.Select(p => p.Id!.Value)];
        if (options.Ids is not null)
        {
            HashSet<long> wanted = [.. options.Ids];
            foreach (long unknown in wanted.Except(ids))
            {
                throw new InputException($"{lists.Path}: has no picture with the id {unknown}.");
            }

            ids.RemoveAll(id => !wanted.Contains(id));
        }

        if (options.NonEmpty)
        {
            HashSet<long> filled = Filled(lists, mapping, options);
            ids.RemoveAll(id => !filled.Contains(id));
        }

        if (options.Pictures is { } count)
        {
            if (count > ids.Count)
            {
                string which = options.NonEmpty ? "pictures with such objects" : "pictures";
                throw new InputException($"{lists.Path}: has {ids.Count} {which}, fewer than the {count} asked for.");
            }

            ids = [.. PictureOrder.Shuffle(ids, options.Seed).Take(count)];
        }

        return ids.Count > 0 ? [.. ids] : throw new InputException($"{lists.Path}: has no picture with such objects.");
    }

    /// <summary>The pictures with objects that stay.</summary>
    private static HashSet<long> Filled(DatasetLists lists, ClassMapping mapping, SubsetOptions options)
    {
        HashSet<long> filled = [];
        using JsonListStream input = new(lists.Path);
        foreach (JsonListElement element in input.Elements())
        {
            if (element.List == "annotations" && element.Integer("image_id"u8) is { } id && Stays(element, lists, mapping, options))
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

        if (mapping[element.Integer("category_id"u8)] is null || options.MinArea <= 0)
        {
            return mapping[element.Integer("category_id"u8)] is not null;
        }

        double area = element.Number("area"u8)
            ?? throw new InputException($"{lists.Path}: annotation {element.Integer("id"u8)}: the key area is missing or no number.");
        return area >= options.MinArea;
    }
}
