using System.Text.Json.Serialization;

namespace Panoptes.Training.Data;

/// <summary>
/// Where a loader stands in its endless stream: enough to go on bit for bit. What the stream depends on is kept next to it, so that a
/// run is not resumed on another stream by mistake.
/// </summary>
/// <param name="Batches">Batches handed out so far.</param>
/// <param name="Seed">The stream's seed.</param>
/// <param name="BatchSize">Images in a batch.</param>
/// <param name="Images">Images in the dataset.</param>
/// <param name="AspectGrouping">Whether wide and tall images are apart.</param>
internal sealed record LoaderPosition(
    long Batches, ulong Seed, int BatchSize, [property: JsonPropertyName("pictures")] int Images, bool AspectGrouping);
