namespace Panoptes.Coco.Datasets;

/// <summary>Elements of a dataset that were not written, although that was not asked for.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many.</param>
/// <param name="Examples">The first of them.</param>
public sealed record SkippedElements(string Reason, int Count, IReadOnlyList<string> Examples)
{
    /// <summary>One line for the user.</summary>
    public override string ToString() => $"{Count} {Reason} ({string.Join(", ", Examples)}{(Count > Examples.Count ? ", ..." : "")})";
}
