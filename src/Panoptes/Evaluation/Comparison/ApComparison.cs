using Panoptes.Coco;

namespace Panoptes.Evaluation.Comparison;

/// <summary>
/// Two results for the same pictures, and how far their difference may be chance: pictures are drawn with replacement, both are measured on
/// them, again and again. Since both see the same pictures each time, differences are told that are much smaller than the figures' own spread.
/// </summary>
public sealed class ApComparison
{
    private ApComparison(IReadOnlyList<FigureDifference> figures, IReadOnlyList<FigureDifference> classes, BootstrapOptions options) =>
        (Figures, Classes, Options) = (figures, classes, options);

    /// <summary>AP, AP at the first threshold and at 0.75 where it is one, and AP by size.</summary>
    public IReadOnlyList<FigureDifference> Figures { get; }

    /// <summary>AP by class, in the order of <see cref="ApResult.Classes"/>.</summary>
    public IReadOnlyList<FigureDifference> Classes { get; }

    /// <summary>How it was measured.</summary>
    public BootstrapOptions Options { get; }

    /// <summary>Compares two results files.</summary>
    /// <param name="truthPath">An instance JSON.</param>
    /// <param name="detectionsPath">A results JSON.</param>
    /// <param name="baselinePath">The results JSON that it is compared with.</param>
    /// <param name="measure">How to measure; null for COCO's defaults.</param>
    /// <param name="options">How often to draw; null for the defaults.</param>
    /// <param name="progress">Told how many samples are drawn; from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">A file is missing or malformed, the files do not belong together, or an option makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ApComparison Run(
        string truthPath,
        string detectionsPath,
        string baselinePath,
        ApOptions? measure = null,
        BootstrapOptions? options = null,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default) => Run(
            AveragePrecision.Match(truthPath, detectionsPath, measure).Matching,
            AveragePrecision.Match(truthPath, baselinePath, measure).Matching,
            options,
            progress,
            cancellationToken);

    /// <summary>Compares two lists of detections.</summary>
    /// <param name="truth">The data set; loaded with masks if masks are to be compared.</param>
    /// <param name="detections">Detections.</param>
    /// <param name="baseline">The detections that they are compared with.</param>
    /// <param name="measure">How to measure; null for COCO's defaults.</param>
    /// <param name="options">How often to draw; null for the defaults.</param>
    /// <exception cref="InputException">They do not belong together, or an option makes no sense.</exception>
    public static ApComparison Run(
        InstanceDataset truth,
        IReadOnlyList<CocoDetection> detections,
        IReadOnlyList<CocoDetection> baseline,
        ApOptions? measure = null,
        BootstrapOptions? options = null)
    {
        AveragePrecision ap = new(truth, measure);
        return Run(ap.Match(detections).Matching, ap.Match(baseline).Matching, options, null, CancellationToken.None);
    }

    /// <summary>Compares what was matched already.</summary>
    internal static ApComparison Run(
        Matching detections,
        Matching baseline,
        BootstrapOptions? options,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        options ??= new BootstrapOptions();
        options.Validate();
        ApFigures figures = new(detections.Options, detections.ClassCount);
        (double[] value, double[][] values) = Sample(detections, figures, options, progress, 0, cancellationToken);
        (double[] reference, double[][] references) = Sample(baseline, figures, options, progress, 1, cancellationToken);
        FigureDifference[] all = new FigureDifference[figures.Names.Count + detections.ClassCount];
        for (int i = 0; i < all.Length; i++)
        {
            double[] own = [.. values.Select(v => v[i])];
            double[] differences = [.. values.Zip(references, (v, r) => v[i] - r[i])];
            string name = i < figures.Names.Count ? figures.Names[i]
                : detections.Options.UseCategories ? detections.Categories[i - figures.Names.Count].Name : "all";
            all[i] = new FigureDifference(
                name,
                double.IsNaN(value[i]) ? -1 : value[i],
                double.IsNaN(reference[i]) ? -1 : reference[i],
                Interval.Of(own, options.Confidence),
                Interval.Of(differences, options.Confidence));
        }

        return new ApComparison(all[..figures.Names.Count], all[figures.Names.Count..], options);
    }

    /// <summary>Measures the pictures as they are, and all samples.</summary>
    private static (double[] Figures, double[][] Samples) Sample(
        Matching matching,
        ApFigures figures,
        BootstrapOptions options,
        IProgress<(int Done, int Total)>? progress,
        int half,
        CancellationToken cancellationToken)
    {
        WeightedAp ap = new(matching);
        double[][] samples = new double[options.Samples + 1][];
        int done = half * options.Samples;
        Parallel.For(
            0,
            samples.Length,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => (Weights: new int[matching.Images.Length], Ap: new double[figures.Cells], Curves: ap.CreateCurves()),
            (sample, _, memory) =>
            {
                if (sample == options.Samples)
                {
                    Array.Fill(memory.Weights, 1);
                }
                else
                {
                    options.Draw(sample, memory.Weights);
                }

                ap.Measure(memory.Weights, memory.Ap, memory.Curves);
                samples[sample] = figures.Of(memory.Ap);
                if (sample < options.Samples)
                {
                    progress?.Report((Interlocked.Increment(ref done), 2 * options.Samples));
                }

                return memory;
            },
            _ => { });
        return (samples[^1], samples[..^1]);
    }
}
