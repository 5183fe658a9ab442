namespace Panoptes.Inference.Panoptic;

/// <summary>A thing on its way to a segment.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Score">The detection's score, 0..1.</param>
internal readonly record struct LabeledThing(ModelClass Class, float Score);
