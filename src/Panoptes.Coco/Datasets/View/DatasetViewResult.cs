namespace Panoptes.Coco.Datasets.View;

/// <summary>The pages that were written.</summary>
/// <param name="Page">The first page.</param>
/// <param name="Pages">How many pages there are.</param>
/// <param name="Images">How many images are on them.</param>
/// <param name="Annotations">How many annotated objects, crowds and segments of stuff are drawn over them.</param>
/// <param name="Predictions">How many predicted objects.</param>
/// <param name="Problems">What is wrong with images that could not be shown, a line each, in the pages' order.</param>
/// <param name="Warnings">What was odd about the files; one line each.</param>
public sealed record DatasetViewResult(
    string Page, int Pages, int Images, int Annotations, int Predictions, IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings);
