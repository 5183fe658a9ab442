using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation;

/// <summary>The comparisons of all images, to be added up: all of them, some sizes, or a draw of images.</summary>
/// <param name="Categories">The classes by ascending id.</param>
/// <param name="FileNames">The images' files by image id, as the ground truth names them.</param>
/// <param name="Pairs">The images, in the ground truth's order.</param>
/// <param name="Warnings">What was odd about the input.</param>
/// <param name="Seconds">Seconds that it took.</param>
internal sealed record PanopticMatching(
    IReadOnlyList<PanopticCategory> Categories,
    IReadOnlyDictionary<long, string> FileNames,
    IReadOnlyList<PanopticPair> Pairs,
    IReadOnlyList<string> Warnings,
    double Seconds)
{
    /// <summary>The quality of all images.</summary>
    public PqResult ToResult() => new(Pairs.Count, Sum(), Warnings, Seconds);

    /// <summary>Adds the images up by class.</summary>
    /// <param name="weights">How often each image counts; empty for once.</param>
    /// <param name="size">The sizes of segments that count; null for all.</param>
    public PqClass[] Sum(ReadOnlySpan<int> weights = default, AreaRange? size = null) =>
        Sum(Categories, [.. Pairs.Select(pair => pair.Image)], weights, size);

    /// <summary>Adds images up by class.</summary>
    /// <param name="categories">The classes by ascending id.</param>
    /// <param name="images">The comparisons, in the ground truth's order.</param>
    /// <param name="weights">How often each image counts; empty for once.</param>
    /// <param name="size">The sizes of segments that count; null for all.</param>
    public static PqClass[] Sum(
        IReadOnlyList<PanopticCategory> categories,
        ReadOnlySpan<PanopticImage> images,
        ReadOnlySpan<int> weights = default,
        AreaRange? size = null)
    {
        PqSum[] sums = [.. categories.Select(_ => new PqSum())];
        for (int i = 0; i < images.Length; i++)
        {
            int weight = weights.IsEmpty ? 1 : weights[i];
            if (weight > 0)
            {
                Add(sums, images[i], weight, size);
            }
        }

        return [.. categories.Select((category, k) => sums[k].ToClass(category))];
    }

    /// <summary>A warning where the ground truth states areas that are not what its PNGs hold; else nothing.</summary>
    public static List<string> WarnOfAreas(ReadOnlySpan<PanopticImage> images)
    {
        int wrong = 0;
        foreach (PanopticImage image in images)
        {
            wrong += image.WrongAreas;
        }

        return wrong == 0
            ? []
            : [$"{wrong} segments of the ground truth have an area that is not the number of their pixels; the pixels were counted"];
    }

    private static void Add(PqSum[] sums, PanopticImage image, int weight, AreaRange? size)
    {
        foreach (PanopticMatch match in image.Matches)
        {
            if (Counts(match.Pixels))
            {
                sums[match.Class].Matches += weight;
                sums[match.Class].IoU += weight * match.IoU;
            }
        }

        foreach (PanopticMiss miss in image.FalsePositives)
        {
            sums[miss.Class].FalsePositives += Counts(miss.Pixels) ? weight : 0;
        }

        foreach (PanopticMiss miss in image.FalseNegatives)
        {
            sums[miss.Class].FalseNegatives += Counts(miss.Pixels) ? weight : 0;
        }

        foreach ((int groundTruth, int prediction, int pixels) in image.Pixels)
        {
            long counted = (long)weight * pixels;
            sums[groundTruth].IsLabeled = true;
            sums[groundTruth].Either += counted;
            if (prediction == groundTruth)
            {
                sums[groundTruth].Both += counted;
            }
            else if (prediction >= 0)
            {
                sums[prediction].Either += counted;
            }
        }

        bool Counts(long pixels) => size is null || (pixels >= size.Min && pixels <= size.Max);
    }

    /// <summary>What is added up for a class.</summary>
    private sealed class PqSum
    {
        public int Matches { get; set; }

        public double IoU { get; set; }

        public int FalsePositives { get; set; }

        public int FalseNegatives { get; set; }

        public bool IsLabeled { get; set; }

        public long Both { get; set; }

        public long Either { get; set; }

        public PqClass ToClass(PanopticCategory category) =>
            new(category, Matches, FalsePositives, FalseNegatives, IoU, IsLabeled ? (double)Both / Either : null);
    }
}
