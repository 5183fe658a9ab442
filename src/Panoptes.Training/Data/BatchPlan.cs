namespace Panoptes.Training.Data;

/// <summary>Which images a batch holds, before any of them is read.</summary>
/// <param name="Number">Position in the stream, from 0.</param>
/// <param name="Epoch">How often the dataset was gone through once this batch is done.</param>
/// <param name="Items">The images.</param>
internal sealed record BatchPlan(long Number, double Epoch, IReadOnlyList<PlannedImage> Items);

/// <summary>One image of a plan.</summary>
/// <param name="Index">Its position in the dataset.</param>
/// <param name="Epoch">The time through the dataset, from 0; with the other two it names the image's augmentation.</param>
/// <param name="Repeat">0 where the image comes first in its epoch, then 1, 2 ... for images with rare classes.</param>
internal readonly record struct PlannedImage(int Index, long Epoch, int Repeat = 0);
