namespace Panoptes.Coco.Files;

/// <summary>Something odd about one annotation that has been repaired while loading.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="AnnotationId">The annotation; 0 for what is about the whole file.</param>
/// <param name="Message">One line for the user.</param>
public sealed record DatasetWarning(DatasetWarningKind Kind, long AnnotationId, string Message)
{
    /// <summary>One line for each kind of warning: how many there were, and which annotations, a few of them by id.</summary>
    internal static IReadOnlyList<string> Summarize(IReadOnlyCollection<DatasetWarning> warnings)
    {
        const int shown = 5;
        if (warnings.Count == 0)
        {
            return [];
        }

        return
        [
            .. warnings.GroupBy(w => w.Kind).Select(kind =>
            {
                if (kind.Key is DatasetWarningKind.BoxAreas or DatasetWarningKind.GroupClass)
                {
                    return kind.First().Message.TrimEnd('.'); // about the whole file
                }

                long[] ids = [.. kind.Select(w => w.AnnotationId).Distinct()];
                string list = string.Join(", ", ids.Take(shown)) + (ids.Length > shown ? ", ..." : "");
                return $"{kind.Count()} {Describe(kind.Key)} (annotation {list})";
            }),
        ];
    }

    private static string Describe(DatasetWarningKind kind) => kind switch
    {
        DatasetWarningKind.InvalidPolygon => "polygons with fewer than 6 numbers or an odd count removed",
        DatasetWarningKind.ObjectWithoutMask => "objects without a valid mask dropped",
        DatasetWarningKind.MissingBox => "missing boxes taken from the masks",
        DatasetWarningKind.MissingArea => "missing areas computed",
        DatasetWarningKind.ExchangedSize => "masks whose run lengths state columns before rows, read the right way round",
        DatasetWarningKind.Invalid => "malformed elements dropped",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
