namespace Panoptes.Coco.Evaluation;

/// <summary>A segment without a match, true or predicted.</summary>
/// <param name="Class">The class's place in the dataset.</param>
/// <param name="Pixels">Its pixels.</param>
internal readonly record struct PanopticMiss(int Class, long Pixels);
