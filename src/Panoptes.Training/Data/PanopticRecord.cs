namespace Panoptes.Training.Data;

/// <summary>The segments of a training image and the PNG that holds their pixels, which is read when the image is.</summary>
/// <param name="Path">Path of the PNG.</param>
/// <param name="StuffClasses">Number of stuff classes S of the dataset, which come before the things among the labels of pixels.</param>
/// <param name="Segments">The segments, in the file's order.</param>
internal sealed record PanopticRecord(string Path, int StuffClasses, IReadOnlyList<SegmentRecord> Segments);
