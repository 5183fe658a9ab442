namespace Panoptes.Training.Data;

/// <summary>One image of a dataset and its objects.</summary>
/// <param name="Id">The dataset's id of the image.</param>
/// <param name="Path">Path of the image's file.</param>
/// <param name="Width">Width that the annotations state, in pixels.</param>
/// <param name="Height">Height that the annotations state, in pixels.</param>
/// <param name="Objects">The objects to learn; crowd regions are not among them. Empty where <see cref="Panoptic"/> is given.</param>
internal sealed record ImageRecord(long Id, string Path, int Width, int Height, IReadOnlyList<ObjectRecord> Objects)
{
    /// <summary>The segments, where the image has panoptic annotations that objects are to be taken from; else null.</summary>
    public PanopticRecord? Panoptic { get; init; }

    /// <summary>True for an image wider than tall.</summary>
    public bool IsWide => Width > Height;
}
