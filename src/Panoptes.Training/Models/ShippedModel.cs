using Panoptes.Inference;

namespace Panoptes.Training.Models;

/// <summary>A trained model that comes with the tool.</summary>
/// <param name="Name">What <c>--model</c> and <c>model.weights</c> take for it.</param>
/// <param name="Path">Its file.</param>
/// <param name="Card">What it finds, the data it learned from and its licence, and how it is used.</param>
public sealed record ShippedModel(string Name, string Path, ModelCard Card);
