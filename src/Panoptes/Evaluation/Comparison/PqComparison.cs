using Panoptes.Evaluation.Analysis;

namespace Panoptes.Evaluation.Comparison;

/// <summary>Two panoptic results for the same pictures, and how far their difference may be chance; see <see cref="ApComparison"/>.</summary>
public sealed class PqComparison
{
    private static readonly string[] s_names = ["PQ", "SQ", "RQ", "PQ things", "PQ stuff", "mIoU"];

    private PqComparison(FigureDifference[] figures, FigureDifference[] classes, BootstrapOptions options) =>
        (Figures, Classes, Options) = (figures, classes, options);

    /// <summary>The overall figures.</summary>
    public IReadOnlyList<FigureDifference> Figures { get; }

    /// <summary>PQ by class, in the order of <see cref="PqResult.Classes"/>.</summary>
    public IReadOnlyList<FigureDifference> Classes { get; }

    /// <summary>How it was measured.</summary>
    public BootstrapOptions Options { get; }

    /// <summary>Compares two results with the same ground truth.</summary>
    /// <param name="predictions">One of them.</param>
    /// <param name="baseline">The one that it is compared with.</param>
    /// <param name="options">How often to draw; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">The two do not have the same ground truth, or an option makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PqComparison Run(
        PanopticAnalysis predictions, PanopticAnalysis baseline, BootstrapOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new BootstrapOptions();
        options.Validate();
        PanopticMatching first = predictions.Matching;
        PanopticMatching second = baseline.Matching;
        if (!first.Pairs.Select(p => p.Truth.ImageId).SequenceEqual(second.Pairs.Select(p => p.Truth.ImageId)))
        {
            throw new InputException("two results can be compared only on the same ground truth, but the pictures differ.");
        }

        double[][] values = new double[options.Samples][];
        double[][] differences = new double[options.Samples][];
        Parallel.For(
            0,
            options.Samples,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => new int[first.Pairs.Count],
            (sample, _, weights) =>
            {
                options.Draw(sample, weights);
                values[sample] = Figures(first.Sum(weights));
                differences[sample] = [.. values[sample].Zip(Figures(second.Sum(weights)), (a, b) => a - b)];
                return weights;
            },
            _ => { });

        double[] value = Figures(first.Sum());
        double[] reference = Figures(second.Sum());
        FigureDifference[] all =
        [
            .. Enumerable.Range(0, value.Length).Select(i => new FigureDifference(
                i < s_names.Length ? s_names[i] : first.Categories[i - s_names.Length].Name,
                double.IsNaN(value[i]) ? -1 : value[i],
                double.IsNaN(reference[i]) ? -1 : reference[i],
                Interval.Of([.. values.Select(v => v[i])], options.Confidence),
                Interval.Of([.. differences.Select(d => d[i])], options.Confidence))),
        ];
        return new PqComparison(all[..s_names.Length], all[s_names.Length..], options);

        static double[] Figures(PqClass[] classes)
        {
            PqResult result = new(0, classes, [], 0);
            return
            [
                result.All.Pq, result.All.Sq, result.All.Rq, result.Things.Pq, result.Stuff.Pq, result.MeanIoU,
                .. classes.Select(c => c.Occurs ? c.Pq : double.NaN),
            ];
        }
    }
}
