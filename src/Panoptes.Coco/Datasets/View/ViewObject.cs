using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.View;

/// <summary>An object as a page lists it.</summary>
/// <param name="Row">Its place in its source.</param>
/// <param name="Id">Its annotation's id or its segment's label; null for a prediction.</param>
/// <param name="Class">Its class's place.</param>
/// <param name="Box">Its box in pixels, or null.</param>
/// <param name="Area">Its area in pixels, or null where the file states none.</param>
/// <param name="IsCrowd">Whether it is a crowd.</param>
/// <param name="Score">A prediction's score; null for an annotation.</param>
internal sealed record ViewObject(int Row, long? Id, int Class, BoxXywh? Box, double? Area, bool IsCrowd = false, double? Score = null);
