namespace Panoptes.Coco.Evaluation;

/// <summary>A true segment that was found.</summary>
/// <param name="Class">The class's place in the dataset.</param>
/// <param name="IoU">How well.</param>
/// <param name="Pixels">The true segment's pixels.</param>
internal readonly record struct PanopticMatch(int Class, double IoU, long Pixels);
