using Panoptes.Inference.EmbedMask;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>
/// What stands for the objects of a batch while training: the means Q_k and Σ_k over each object's samples M_k (Eq. 5 and 6).
/// </summary>
/// <param name="Objects">The K objects with samples, ascending, by their index in the batch.</param>
/// <param name="Centers">Q: [K, D].</param>
/// <param name="Margins">Σ as the mean of m = 1 / (2σ²): [K, 1 or D]; null when the margin is constant or unused.</param>
/// <param name="SampleObjects">For each of the M samples the position of its object in <paramref name="Objects"/>.</param>
/// <param name="SampleOwners">The same as a tensor: [M], int64.</param>
/// <param name="SampleCenters">q of each sample: [M, D].</param>
/// <param name="SampleMargins">m of each sample: [M, 1 or D], or null.</param>
internal sealed record Proposals(
    IReadOnlyList<int> Objects,
    Tensor Centers,
    Tensor? Margins,
    IReadOnlyList<int> SampleObjects,
    Tensor SampleOwners,
    Tensor SampleCenters,
    Tensor? SampleMargins)
{
    public static Proposals Gather(
        EmbedMaskConfig config,
        EmbedMaskOutput output,
        LocationGrid grid,
        FcosTargets targets,
        IReadOnlyList<ProposalSampler.Sample> samples)
    {
        Device device = output.PixelEmbedding.Device;
        int[] objects = [.. samples.Select(s => s.Object).Distinct().Order()];
        int[] owners = [.. samples.Select(s => Array.BinarySearch(objects, s.Object))];

        // The mean over each object's samples, as a matrix: [K, M].
        float[] mean = new float[objects.Length * samples.Count];
        foreach (IGrouping<int, int> own in Enumerable.Range(0, samples.Count).GroupBy(j => owners[j]))
        {
            foreach (int j in own)
            {
                mean[(own.Key * samples.Count) + j] = 1f / own.Count();
            }
        }

        Tensor average = Tensor.From<float>(mean, [objects.Length, samples.Count]).To(device);
        Tensor rows = Tensor.From<long>([.. samples.Select(s => targets.Rows[s.Positive])]).To(device);
        Tensor centers = config.ClusterCenter == ClusterCenter.Proposal
            ? FlatOutputs.Flatten(output.ProposalEmbeddings).IndexSelect(0, rows)
            : AtPixels(output.PixelEmbedding, grid, targets, samples);
        Tensor? margins = output.Margins.Count > 0 ? FlatOutputs.Flatten(output.Margins).IndexSelect(0, rows) : null;
        return new Proposals(
            objects,
            average.Matmul(centers),
            margins is null ? null : average.Matmul(margins),
            owners,
            Tensor.From<long>([.. owners.Select(o => (long)o)]).To(device),
            centers,
            margins);
    }

    // Table 2b, "pixel": the pixel embedding at each sample's own place stands for the object.
    private static Tensor AtPixels(
        Tensor pixelEmbedding, LocationGrid grid, FcosTargets targets, IReadOnlyList<ProposalSampler.Sample> samples)
    {
        (long height, long width) = (pixelEmbedding.Size(2), pixelEmbedding.Size(3));
        long[] rows = [.. samples.Select(sample =>
        {
            (long image, long location) = Math.DivRem(targets.Rows[sample.Positive], grid.Count);
            (int x, int y, _) = grid.At((int)location);
            return (((image * height) + Math.Min(y / 8, height - 1)) * width) + Math.Min(x / 8, width - 1);
        })];
        return FlatOutputs.Flatten([pixelEmbedding]).IndexSelect(0, Tensor.From<long>(rows).To(pixelEmbedding.Device));
    }
}
