using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation;

/// <summary>
/// Holds the comparisons of all images: their quality, and what <see cref="Analysis.PanopticAnalysis"/> and
/// <see cref="Comparison.PqComparison"/> need to look behind it.
/// </summary>
public sealed class PanopticMatching
{
    internal PanopticMatching(
        IReadOnlyList<PanopticCategory> categories,
        IReadOnlyDictionary<long, string> fileNames,
        IReadOnlyList<PanopticPair> pairs,
        IReadOnlyList<string> warnings,
        double seconds)
    {
        Categories = categories;
        FileNames = fileNames;
        Pairs = pairs;
        Warnings = warnings;
        Seconds = seconds;
    }

    /// <summary>The classes by ascending id.</summary>
    internal IReadOnlyList<PanopticCategory> Categories { get; }

    /// <summary>The images' files by image id, as the ground truth names them.</summary>
    internal IReadOnlyDictionary<long, string> FileNames { get; }

    /// <summary>The images, in the ground truth's order.</summary>
    internal IReadOnlyList<PanopticPair> Pairs { get; }

    /// <summary>What was odd about the input.</summary>
    internal IReadOnlyList<string> Warnings { get; }

    /// <summary>Seconds that it took.</summary>
    internal double Seconds { get; }

    /// <summary>Computes the quality of all images.</summary>
    public PqResult ToResult() => new(Pairs.Count, Sum(), Warnings, Seconds);

    /// <summary>Adds the images up by class.</summary>
    /// <param name="weights">How often each image counts; empty for once.</param>
    /// <param name="size">The sizes of segments that count; null for all.</param>
    internal PqClass[] Sum(ReadOnlySpan<int> weights = default, AreaRange? size = null) =>
        Sum(Categories, [.. Pairs.Select(pair => pair.Image)], weights, size);

    /// <summary>Adds images up by class.</summary>
    /// <param name="categories">The classes by ascending id.</param>
    /// <param name="images">The comparisons, in the ground truth's order.</param>
    /// <param name="weights">How often each image counts; empty for once.</param>
    /// <param name="size">The sizes of segments that count; null for all.</param>
    internal static PqClass[] Sum(
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
    internal static List<string> WarnOfAreas(ReadOnlySpan<PanopticImage> images)
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
