namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>Where in their images objects lie: how many boxes have their center in each cell of a grid over the image.</summary>
/// <param name="Columns">Cells from left to right.</param>
/// <param name="Rows">Cells from top to bottom.</param>
/// <param name="Counts">The objects of each cell, row after row.</param>
internal sealed record CenterMap(int Columns, int Rows, IReadOnlyList<int> Counts);
