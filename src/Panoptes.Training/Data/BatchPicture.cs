using Panoptes.Inference;

namespace Panoptes.Training.Data;

/// <summary>One picture of a batch.</summary>
/// <param name="Record">The picture's record; its objects are in original coordinates.</param>
/// <param name="Transform">How the picture got its size and side.</param>
/// <param name="FirstInstance">Position of its first instance in the batch.</param>
/// <param name="InstanceCount">Number of its instances; they follow each other. 0 for a picture without objects.</param>
public readonly record struct BatchPicture(PictureRecord Record, PictureTransform Transform, int FirstInstance, int InstanceCount)
{
    /// <summary>Its sizes, as inference needs them.</summary>
    public InputPicture Input => new(Transform.OriginalWidth, Transform.OriginalHeight, Transform.Width, Transform.Height);
}
