using System.Text.Json.Nodes;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets;

/// <summary>
/// Joins COCO datasets of one kind, instances or panoptic: classes by name, ids renumbered where they clash, those of the first stay.
/// Images, objects and classes are copied with all keys; everything else comes from the first dataset.
/// </summary>
public static class DatasetMerge
{
    private const string Licenses = "licenses";

    private static readonly string[] s_lists = ["images", "annotations", "categories"];

    /// <summary>Writes the joined dataset.</summary>
    /// <param name="annotations">The datasets' JSONs, at least two.</param>
    /// <param name="output">The file to create or replace.</param>
    /// <param name="options">How they are joined; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the work; an older file stays as it was.</param>
    /// <exception cref="InputException">A file is missing or malformed, kinds differ, or an image is in two of them.</exception>
    public static MergeResult Write(
        IReadOnlyList<string> annotations, string output, MergeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(annotations);
        options ??= new MergeOptions();
        DatasetCopy.RequireOther(output, [.. annotations]);
        if (annotations.Count < 2)
        {
            throw InputException.ForSetting(null, "one dataset alone cannot be joined; at least two are needed");
        }

        if (options.PrefixFolders is { } folders && folders.Count != annotations.Count)
        {
            throw InputException.ForSetting(null, $"{folders.Count} folders for {annotations.Count} datasets; each needs one");
        }

        MergePlan plan = new([.. annotations.Select(path => DatasetLists.Read(path, cancellationToken))], options);
        IdAllocator objectIds = new(annotations.SelectMany(path => ObjectIds(path, cancellationToken)));
        Dictionary<string, int> written = [];
        HashSet<string> licenses = [];
        AtomicFile.Write(output, stream =>
        {
            JsonListWriter writer = new(stream);
            WriteExtras(plan.Parts[0].File.Path, writer, licenses, cancellationToken);
            foreach (string list in s_lists)
            {
                writer.Begin(list);
                foreach (MergePart part in plan.Parts)
                {
                    using JsonListStream input = new(part.File.Path);
                    DatasetCopy.Append(
                        input,
                        writer,
                        (element, _) => element.List == list ? Change(part, element, objectIds) : null,
                        written,
                        cancellationToken);
                }
            }

            writer.End();
        });
        return new MergeResult(
            DatasetCopy.Describe(output, written),
            plan.Parts.Sum(part => part.Images.Count(pair => pair.Key != pair.Value && !part.JoinedImages.Contains(pair.Key))),
            objectIds.Clashes,
            plan.Parts.Sum(part => part.File.Classes.Count(c => part.Classes[c.Id] != c.Id)),
            plan.Parts.Sum(part => part.JoinedImages.Count),
            [.. plan.Parts.Skip(1).Where(part => HasOtherLicenses(part.File.Path, licenses, cancellationToken)).Select(part =>
                $"{part.File.Path}: its licenses are not the first dataset's and were skipped; "
                + "the key license of its images points to others"),
                .. plan.Parts.Skip(1).Select(part => OtherKeys(part.File.Path, cancellationToken)).OfType<string>()]);
    }

    private static List<JsonChange>? Change(MergePart part, JsonListElement element, IdAllocator objectIds) => element.List switch
    {
        "images" => OfImage(part, element),
        "categories" => OfClass(part, element),
        _ => OfAnnotation(part, element, objectIds),
    };

    private static List<JsonChange>? OfImage(MergePart part, JsonListElement element)
    {
        long id = element.Id("id"u8)!.Value;
        return part.JoinedImages.Contains(id)
            ? null
            : [.. Renumbered("id", id, part.Images[id]), .. Renamed(part, element), .. part.Classes.OfImage(element)];
    }

    private static List<JsonChange>? OfClass(MergePart part, JsonListElement element)
    {
        long id = element.Id("id"u8)!.Value;
        return part.JoinedClasses.Contains(id) ? null : [.. Renumbered("id", id, part.Classes[id]!.Value)];
    }

    private static List<JsonChange> OfAnnotation(MergePart part, JsonListElement element, IdAllocator objectIds)
    {
        if (element.Id("image_id"u8) is not { } image || !part.Images.TryGetValue(image, out long newImage))
        {
            throw Wrong(part, element, "image_id is not the id of an image");
        }

        if (part.File.Kind == DatasetKind.Panoptic)
        {
            return [.. Renumbered("image_id", image, newImage), .. Renamed(part, element), .. part.Classes.OfSegments(element)];
        }

        long id = element.Id("id"u8) ?? throw Wrong(part, element, "the id is missing or neither an integer nor a text");
        JsonChange[] newClass = part.Classes.OfObject(element) ?? throw Wrong(part, element, "category_id is not the id of a class");
        return [.. Renumbered("id", id, objectIds.Take(id)), .. Renumbered("image_id", image, newImage), .. newClass];
    }

    private static InputException Wrong(MergePart part, JsonListElement element, string what) =>
        new(
        InputErrorKind.Invalid, part.File.Path, null,
        $"annotation {element.Id("id"u8)?.ToString() ?? "without id"}: {what}; "
            + "DatasetCheckOptions.Fix repairs that.");

    private static IEnumerable<JsonChange> Renumbered(string key, long old, long value) =>
        old == value ? [] : [JsonChange.Integer(key, value)];

    private static IEnumerable<JsonChange> Renamed(MergePart part, JsonListElement element) =>
        part.Prefix is not null && element.String("file_name"u8) is { Length: > 0 } name
            ? [JsonChange.Text("file_name", part.NameOf(name))]
            : [];

    /// <summary>The ids of a file's objects; none of a panoptic one.</summary>
    private static IEnumerable<long> ObjectIds(string path, CancellationToken cancellationToken)
    {
        using JsonListStream input = new(path, cancellationToken: cancellationToken);
        foreach (JsonListElement element in input.Elements())
        {
            if (element.List == "annotations" && element.Id("id"u8) is { } id)
            {
                yield return id;
            }
        }
    }

    /// <summary>Copies what is neither image, object nor class, and remembers the licenses.</summary>
    private static void WriteExtras(
        string path, JsonListWriter writer, HashSet<string> licenses, CancellationToken cancellationToken)
    {
        using JsonListStream input = new(path, cancellationToken: cancellationToken);
        foreach (JsonListElement element in input.Elements().Where(e => !s_lists.Contains(e.List)))
        {
            writer.Add(element.List, element.Text.Span);
            if (element.List == Licenses)
            {
                licenses.Add(Compact(element));
            }
        }

        foreach ((string key, byte[] value) in input.Rest())
        {
            writer.Add(key, value);
        }
    }

    /// <summary>Names what a later dataset holds next to images, objects and classes, which comes only from the first.</summary>
    private static string? OtherKeys(string path, CancellationToken cancellationToken)
    {
        using JsonListStream input = new(path, cancellationToken: cancellationToken);
        List<string> keys = [.. input.Elements().Select(e => e.List).Where(list => !s_lists.Contains(list)).Distinct()];
        keys.AddRange(input.Rest().Select(rest => rest.Key));
        string[] others = [.. keys.Where(key => key is not (Licenses or "info"))];
        return others.Length == 0 ? null : $"{path}: skipped, since such keys come from the first dataset: {string.Join(", ", others)}";
    }

    private static bool HasOtherLicenses(string path, HashSet<string> licenses, CancellationToken cancellationToken)
    {
        using JsonListStream input = new(path, cancellationToken: cancellationToken);
        return input.Elements().Any(e => e.List == Licenses && !licenses.Contains(Compact(e)));
    }

    private static string Compact(JsonListElement element) => JsonNode.Parse(element.Text.Span)!.ToJsonString();
}
