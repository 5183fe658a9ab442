namespace Panoptes.Coco.Files.Tracks;

/// <summary>Videos with tracks of objects: ground truth, or what a tracker found.</summary>
/// <param name="Categories">The classes.</param>
/// <param name="Videos">The videos, in the file's order.</param>
public sealed record TrackDataset(IReadOnlyList<CocoCategory> Categories, IReadOnlyList<TrackVideo> Videos)
{
    /// <summary>What was odd in the file and has been repaired or skipped, a line for each kind.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Reads a JSON of tracks as <see cref="TrackWriter"/> writes it: a COCO instance JSON in which images have <c>video_id</c> and
    /// <c>frame_index</c>, annotations <c>track_id</c>, as TAO's files do (arXiv 2005.10356). <c>frame_id</c> and <c>instance_id</c>, as
    /// CocoVID files have them, are read too.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="masks">Whether masks are read; without them an object needs none.</param>
    /// <param name="limits">How large images may be that the file declares; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is missing or malformed, an image belongs to no video, an annotation to no track, or a
    /// track
    /// occurs twice in an image. The message names file, element, key and value.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TrackDataset Load(
        string path, bool masks = true, InputLimits? limits = null, CancellationToken cancellationToken = default) =>
        TrackReader.Read(path, masks, limits ?? InputLimits.Default, cancellationToken);
}
