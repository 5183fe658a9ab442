using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets;

/// <summary>Counts the elements of a dataset that a copy of it skips, and names the first.</summary>
/// <param name="path">The dataset.</param>
/// <param name="strict">Whether the first is an error.</param>
internal sealed class SkipLog(string path, bool strict)
{
    private const int ExamplesKept = 5;

    private readonly Dictionary<string, (int Count, List<string> Examples)> _skipped = [];

    /// <summary>Adds an annotation whose image the dataset does not have.</summary>
    /// <exception cref="InputException">It is an error.</exception>
    public void AddUnknownImage(JsonListElement annotation) =>
        Add("annotations skipped whose image_id is not the id of an image", annotation, "image_id", annotation.Id("image_id"u8));

    /// <summary>Adds an annotation whose class the dataset does not have.</summary>
    /// <exception cref="InputException">It is an error.</exception>
    public void AddUnknownClass(JsonListElement annotation) =>
        Add("annotations skipped whose category_id is not the id of a class", annotation, "category_id", annotation.Id("category_id"u8));

    /// <summary>Everything so far.</summary>
    public IReadOnlyList<SkippedElements> ToList() =>
        _skipped.Count == 0 ? [] : [.. _skipped.Select(pair => new SkippedElements(pair.Key, pair.Value.Count, pair.Value.Examples))];

    private void Add(string reason, JsonListElement annotation, string key, long? value)
    {
        string name = annotation.Id("id"u8) is { } id ? $"annotation {Describe(id)}" : "an annotation without id";
        string example = $"{name}: {key} {(value is { } known ? Describe(known) : "missing")}";
        if (strict)
        {
            throw new InputException(
                InputErrorKind.Invalid,
                path,
                name,
                $"{key} is {(value is { } wrong ? Describe(wrong) : "missing")}, which the dataset does not have.");
        }

        (int count, List<string> examples) = _skipped.GetValueOrDefault(reason, (0, []));
        if (examples.Count < ExamplesKept)
        {
            examples.Add(example);
        }

        _skipped[reason] = (count + 1, examples);
    }

    private static string Describe(long id) => CocoId.IsText(id) ? "a text" : $"{id}";
}
