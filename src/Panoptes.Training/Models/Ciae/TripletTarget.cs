using Panoptes.Masks;
using Panoptes.Torch;

namespace Panoptes.Training.Models.Ciae;

/// <summary>The pixels of one image, and the queries that they are compared with.</summary>
/// <param name="Embedding">The embedding as the network gives it: [D, h, w].</param>
/// <param name="Queries">Unit vectors: [K, D].</param>
/// <param name="Labels">A label for each pixel, row by row: Factor·h rows of Factor·w; −1 is ignored.</param>
/// <param name="Factor">How much labels are finer than the embedding: 1 or 4. The embedding is enlarged bilinearly.</param>
/// <param name="Owner">For each label the query that its pixels belong to, o(i).</param>
/// <param name="Weight">For each label the weight of its pixels' losses.</param>
internal sealed record TripletTarget(
    Tensor Embedding, Tensor Queries, ReadOnlyMemory<short> Labels, int Factor, int[] Owner, float[] Weight)
{
    /// <summary>
    /// The last queries' boxes, in pixels of the labels: a pixel whose center lies outside is not compared with the query, unless it
    /// belongs to it. Empty compares all with all.
    /// </summary>
    public IReadOnlyList<Box> Boxes { get; init; } = [];
}
