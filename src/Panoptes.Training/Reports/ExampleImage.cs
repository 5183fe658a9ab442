using Panoptes.Imaging;

namespace Panoptes.Training.Reports;

/// <summary>An image with what is in it and what a model found, drawn.</summary>
/// <param name="Name">The image's file name without folder and extension.</param>
/// <param name="Image">The image.</param>
/// <param name="GroundTruth">The annotated objects, or segments, over it.</param>
/// <param name="Prediction">What the model found over it; an object that matches an annotated one has its color.</param>
/// <param name="Embedding">The pixel embeddings as colors; null for a model without them.</param>
/// <param name="Objects">Number of annotated objects, or segments.</param>
/// <param name="Found">How many of them were found: mask IoU of 0.5 or more, and the right class.</param>
/// <param name="Misnamed">How many were found as something else.</param>
/// <param name="Surplus">Found objects that match none.</param>
internal sealed record ExampleImage(
    string Name, Image Image, Image GroundTruth, Image Prediction, Image? Embedding, int Objects, int Found, int Misnamed, int Surplus)
{
    /// <summary>Whether segments are shown, of things and stuff, and counted as panoptic quality counts them.</summary>
    public bool IsPanoptic { get; init; }
}
