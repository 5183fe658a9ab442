using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Training.Engine;

/// <summary>
/// Segments the images of a dataset with knowledge of their ground truth: what a model would reach if a part of it were perfect.
/// </summary>
public interface IOracle
{
    /// <summary>Segments images in one batch.</summary>
    /// <param name="first">The first image's index in the dataset.</param>
    /// <param name="images">The images from there on.</param>
    /// <param name="cancellationToken">Stops between stages.</param>
    /// <returns>One result for each image, in order.</returns>
    /// <exception cref="InputException">The ground truth of an image cannot be read.</exception>
    IReadOnlyList<Segmentation> Segment(int first, IReadOnlyList<Image> images, CancellationToken cancellationToken = default);
}
