using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets;

/// <summary>Copies datasets element by element, with changes: unknown keys survive, and memory stays flat.</summary>
internal static class DatasetCopy
{
    /// <summary>Says what changes in an element: nothing where the list is empty; null leaves the element out.</summary>
    /// <param name="element">The element.</param>
    /// <param name="index">Its place in its list.</param>
    public delegate IReadOnlyList<JsonChange>? Transform(JsonListElement element, int index);

    /// <summary>Writes a changed copy of a dataset.</summary>
    /// <param name="source">The dataset.</param>
    /// <param name="target">The file to create or replace.</param>
    /// <param name="transform">Asked for each element of each list.</param>
    /// <param name="nonFiniteAsNull">Whether NaN and the infinities, which are not JSON, become null instead of being refused.</param>
    /// <param name="cancellationToken">Ends the work; an older file stays as it was.</param>
    /// <exception cref="InputException">The source is not a JSON object with lists.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DatasetFile Write(
        string source, string target, Transform transform, bool nonFiniteAsNull = false, CancellationToken cancellationToken = default)
    {
        Dictionary<string, int> written = [];
        AtomicFile.Write(target, stream =>
        {
            JsonListWriter output = new(stream);
            using JsonListStream input = new(source, nonFiniteAsNull);
            Append(input, output, transform, written, cancellationToken);
            foreach ((string key, byte[] value) in input.Rest())
            {
                output.Add(key, value);
            }

            output.End("images", "annotations", "categories");
        });
        return Describe(target, written);
    }

    /// <summary>Copies the elements of one file.</summary>
    /// <param name="input">The file.</param>
    /// <param name="output">Where they go.</param>
    /// <param name="transform">Asked for each element of each list.</param>
    /// <param name="written">Counts what is written, by list.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static void Append(
        JsonListStream input,
        JsonListWriter output,
        Transform transform,
        Dictionary<string, int> written,
        CancellationToken cancellationToken = default)
    {
        Dictionary<string, int> places = [];
        foreach (JsonListElement element in input.Elements())
        {
            cancellationToken.ThrowIfCancellationRequested();
            int index = places.GetValueOrDefault(element.List);
            places[element.List] = index + 1;
            if (transform(element, index) is { } changes)
            {
                output.Add(element.List, JsonEdit.Apply(element.Text.Span, changes));
                written[element.List] = written.GetValueOrDefault(element.List) + 1;
            }
        }
    }

    /// <summary>A file by what was written.</summary>
    public static DatasetFile Describe(string target, Dictionary<string, int> written) => new(
        target, written.GetValueOrDefault("images"), written.GetValueOrDefault("annotations"), written.GetValueOrDefault("categories"));

    /// <summary>Checks that a file to write is not one of those that are read.</summary>
    /// <exception cref="InputException">It is.</exception>
    public static void RequireOther(string target, params IReadOnlyList<string> sources)
    {
        if (sources.Any(source => PathComparison.AreSame(source, target)))
        {
            throw new InputException(InputErrorKind.Invalid, target, null, "is the dataset itself; what is written needs another name.");
        }
    }
}
