namespace Panoptes.Coco.Files.Tracks;

/// <summary>A video and the objects in it.</summary>
/// <param name="Name">Its name, which tells it from the other videos of a file.</param>
/// <param name="Width">Columns of its images; 0 where the file states none.</param>
/// <param name="Height">Rows of its images; 0 where the file states none.</param>
/// <param name="Frames">For each image, in the order of time, the objects that it shows; no track occurs twice in an image.</param>
public sealed record TrackVideo(string Name, int Width, int Height, IReadOnlyList<IReadOnlyList<TrackedObject>> Frames);
