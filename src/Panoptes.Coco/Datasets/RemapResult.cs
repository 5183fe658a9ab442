namespace Panoptes.Coco.Datasets;

/// <summary>A dataset with other classes.</summary>
/// <param name="File">The file.</param>
/// <param name="Classes">Its classes.</param>
/// <param name="RepeatedStuff">Panoptic images that have several segments of a stuff class now: the PNGs stay as they are.</param>
public sealed record RemapResult(DatasetFile File, IReadOnlyList<RemappedClass> Classes, int RepeatedStuff)
{
    /// <summary>Crowds that became objects like others.</summary>
    public int ClearedCrowds { get; init; }
}
