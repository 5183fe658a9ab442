namespace Panoptes.Training.Data;

/// <summary>Which pictures a batch holds, before any of them is read.</summary>
/// <param name="Number">Position in the stream, from 0.</param>
/// <param name="Epoch">How often the data set was gone through once this batch is done.</param>
/// <param name="Items">The pictures.</param>
internal sealed record BatchPlan(long Number, double Epoch, IReadOnlyList<PlannedPicture> Items);

/// <summary>One picture of a plan.</summary>
/// <param name="Index">Its position in the data set.</param>
/// <param name="Epoch">The time through the data set, from 0; with the index it names the picture's augmentation.</param>
internal readonly record struct PlannedPicture(int Index, long Epoch);
