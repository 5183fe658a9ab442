namespace Panoptes.Training.Data;

/// <summary>
/// Where a loader stands in its endless stream: enough to go on bit for bit. What the stream depends on is kept beside it, so that a
/// run is not resumed on another stream by mistake.
/// </summary>
/// <param name="Batches">Batches handed out so far.</param>
/// <param name="Seed">The stream's seed.</param>
/// <param name="BatchSize">Pictures in a batch.</param>
/// <param name="Pictures">Pictures in the data set.</param>
/// <param name="AspectGrouping">Whether wide and tall pictures are apart.</param>
public sealed record LoaderPosition(long Batches, ulong Seed, int BatchSize, int Pictures, bool AspectGrouping);
