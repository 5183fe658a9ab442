using Panoptes.Inference;

namespace Panoptes.Training.Data;

/// <summary>One image of a batch.</summary>
/// <param name="Record">The image's record; its objects are in original coordinates.</param>
/// <param name="Transform">How the image got its size and side.</param>
/// <param name="FirstInstance">Position of its first instance in the batch.</param>
/// <param name="InstanceCount">Number of its instances; they follow each other. 0 for an image without objects.</param>
internal readonly record struct BatchImage(ImageRecord Record, ImageTransform Transform, int FirstInstance, int InstanceCount)
{
    /// <summary>Its sizes, as inference needs them.</summary>
    public InputImage Input => new(Transform.OriginalWidth, Transform.OriginalHeight, Transform.Width, Transform.Height);
}
