namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>
/// What is wrong with a panoptic result: quality by class and size, what it loses by what, which classes are taken for which.
/// </summary>
public sealed class PanopticAnalysis
{
    private const int UsualWorst = 12;

    private static readonly AreaRange[] s_sizes = [.. new ApOptions().AreaRanges.Skip(1)];

    /// <summary>Looks into what was matched already.</summary>
    public PanopticAnalysis(PanopticMatching matching, int worst = UsualWorst)
    {
        ArgumentNullException.ThrowIfNull(matching);
        Matching = matching;
        Pq = matching.ToResult();
        Costs = PqCost.Mean(Pq.Classes);
        ClassCosts = [.. Pq.Classes.Select(PqCost.Of)];
        Sizes =
        [
            .. s_sizes.Select(size => (size, classes: matching.Sum(size: size)))
                .Select(one => new PqSize(one.size, PqResult.Average(one.classes), one.classes)),
        ];
        Confusion = new ConfusionMatrix([.. matching.Categories.Select(c => c.Name)], null);
        foreach (PanopticPair pair in matching.Pairs)
        {
            Confusion.Add(pair.Image);
        }

        (PanopticPair Pair, PanopticCase Case)[] described = [.. matching.Pairs.Select(pair => (pair, Describe(pair)))];
        described = [.. described.Where(one => one.Case.Quality < 1).OrderBy(one => one.Case.Quality).Take(worst)];
        WorstPairs = [.. described.Select(one => one.Pair)];
        WorstImages = [.. described.Select(one => one.Case)];
    }

    /// <summary>Panoptic quality.</summary>
    public PqResult Pq { get; }

    /// <summary>What it loses by what, averaged over the classes.</summary>
    internal PqCost Costs { get; }

    /// <summary>What each class loses by what, in the order of <see cref="PqResult.Classes"/>.</summary>
    internal IReadOnlyList<PqCost> ClassCosts { get; }

    /// <summary>Quality by size: COCO's small (below 32²), medium and large (above 96²).</summary>
    internal IReadOnlyList<PqSize> Sizes { get; }

    /// <summary>Which classes are taken for which, in pixels.</summary>
    internal ConfusionMatrix Confusion { get; }

    /// <summary>The images with the lowest quality, the worst first.</summary>
    internal IReadOnlyList<PanopticCase> WorstImages { get; }

    /// <summary>The same images, with their files.</summary>
    internal IReadOnlyList<PanopticPair> WorstPairs { get; }

    /// <summary>What it all came from.</summary>
    internal PanopticMatching Matching { get; }

    /// <summary>Compares predictions with the ground truth and looks into what is wrong.</summary>
    /// <param name="groundTruthPath">The ground truth's JSON.</param>
    /// <param name="groundTruthFolder">The folder of its PNGs.</param>
    /// <param name="predictionPath">The predictions' JSON.</param>
    /// <param name="predictionFolder">The folder of its PNGs.</param>
    /// <param name="worst">How many of the worst images are kept to look at, 0 or more.</param>
    /// <param name="progress">Told how many images are compared; from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">See <see cref="PanopticQuality.Score"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PanopticAnalysis Run(
        string groundTruthPath,
        string groundTruthFolder,
        string predictionPath,
        string predictionFolder,
        int worst = UsualWorst,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default) =>
        new(
            PanopticQuality.Match(
                groundTruthPath, groundTruthFolder, predictionPath, predictionFolder, progress, limits: null, cancellationToken),
            worst);

    private static PanopticCase Describe(PanopticPair pair)
    {
        PanopticImage image = pair.Image;
        double lost = 0.5 * (image.FalsePositives.Count + image.FalseNegatives.Count);
        double all = image.Matches.Count + lost;
        double quality = all > 0 ? image.Matches.Sum(m => m.IoU) / all : 1;
        return new PanopticCase(
            pair.GroundTruth.ImageId, quality, image.Matches.Count, image.FalsePositives.Count, image.FalseNegatives.Count)
        {
            ImageIdText = pair.GroundTruth.ImageIdText,
        };
    }
}
