using Panoptes.Imaging;

namespace Panoptes.Training.Reports;

/// <summary>A picture with what is in it and what a model found, drawn.</summary>
/// <param name="Name">The picture's file name without folder and extension.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Truth">The annotated objects over it.</param>
/// <param name="Prediction">The objects that the model found over it; one that matches an annotated object has its colour.</param>
/// <param name="Embedding">The pixel embeddings as colours; null for a model without them.</param>
/// <param name="Objects">Number of annotated objects.</param>
/// <param name="Found">How many of them were found: mask IoU of 0.5 or more, and the right class.</param>
/// <param name="Misnamed">How many were found as something else.</param>
/// <param name="Surplus">Found objects that match none.</param>
public sealed record ExamplePicture(
    string Name, Image Picture, Image Truth, Image Prediction, Image? Embedding, int Objects, int Found, int Misnamed, int Surplus);
