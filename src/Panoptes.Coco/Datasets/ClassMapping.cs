using System.Text.Json;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets;

/// <summary>
/// New ids of classes wherever a dataset names them: in objects, in segments, and in LVIS's lists of classes of an image.
/// </summary>
/// <param name="path">The dataset, for messages.</param>
/// <param name="newIds">The new id of each class that stays.</param>
internal sealed class ClassMapping(string path, IReadOnlyDictionary<long, long> newIds)
{
    private static readonly string[] s_imageLists = ["neg_category_ids", "not_exhaustive_category_ids"];

    private readonly bool _isIdentity = newIds.All(pair => pair.Key == pair.Value);

    /// <summary>The new id of a class; null where the class goes.</summary>
    public long? this[long? id] => id is { } old && newIds.TryGetValue(old, out long value) ? value : null;

    /// <summary>Whether crowds become objects like others.</summary>
    public bool ClearCrowd { get; init; }

    /// <summary>How many crowds did so.</summary>
    public int ClearedCrowds { get; private set; }

    /// <summary>What changes in an object; null where its class goes.</summary>
    public JsonChange[]? OfObject(JsonListElement element)
    {
        long? old = element.Id("category_id"u8);
        if (this[old] is not { } id)
        {
            return null;
        }

        JsonChange[] changes = old == id ? [] : [JsonChange.Integer("category_id", id)];
        if (!ClearCrowd || element.Flag("iscrowd"u8) != true)
        {
            return changes;
        }

        ClearedCrowds++;
        return [.. changes, JsonChange.Integer("iscrowd", 0)];
    }

    /// <summary>What changes in a panoptic annotation, of whose segments all classes stay.</summary>
    public JsonChange[] OfSegments(JsonListElement element)
    {
        if (_isIdentity && !ClearCrowd)
        {
            return [];
        }

        IReadOnlyList<JsonListElement> segments = element.Elements("segments_info"u8);
        return [new JsonChange("segments_info", json => JsonEdit.WriteList(json, segments, (segment, _) => OfSegment(segment)))];
    }

    /// <summary>The new classes of a panoptic annotation's segments.</summary>
    public IReadOnlyList<long> ClassesOfSegments(JsonListElement element)
    {
        List<long> classes = [];
        foreach (JsonListElement segment in element.Elements("segments_info"u8))
        {
            if (this[segment.Id("category_id"u8)] is { } id)
            {
                classes.Add(id);
            }
        }

        return classes;
    }

    /// <summary>What changes in an image.</summary>
    public IEnumerable<JsonChange> OfImage(JsonListElement element)
    {
        foreach (string list in s_imageLists)
        {
            if (element.Ids(System.Text.Encoding.UTF8.GetBytes(list)) is { } ids && ids.Any(id => this[id] != id))
            {
                yield return new JsonChange(list, json => Write(json, ids.Select(id => this[id]).OfType<long>().Distinct()));
            }
        }
    }

    private JsonChange[]? OfSegment(JsonListElement segment) => OfObject(segment) ?? throw new InputException(
        InputErrorKind.Invalid, path, null,
        $"the category_id of a segment is {segment.Id("category_id"u8)?.ToString() ?? "missing"}, and no class's id.");

    private static void Write(Utf8JsonWriter json, IEnumerable<long> ids)
    {
        json.WriteStartArray();
        foreach (long id in ids)
        {
            json.WriteNumberValue(id);
        }

        json.WriteEndArray();
    }
}
