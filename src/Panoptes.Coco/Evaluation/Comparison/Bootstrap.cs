namespace Panoptes.Coco.Evaluation.Comparison;

/// <summary>Measures two results on the same draws of images.</summary>
internal static class Bootstrap
{
    /// <summary>
    /// The figures of a result where each image counts as often as it was drawn; not a number for one that is not defined.
    /// </summary>
    public delegate double[] Measure(int[] weights);

    /// <summary>Compares two results.</summary>
    /// <param name="figures">The names of the overall figures, with which a measurement begins.</param>
    /// <param name="classes">The names of the classes, one figure each behind them.</param>
    /// <param name="images">The number of images.</param>
    /// <param name="value">Makes what measures the first result, one for each thread.</param>
    /// <param name="baseline">The same for the result that it is compared with.</param>
    /// <param name="options">How often to draw; null for the defaults.</param>
    /// <param name="progress">Told how many samples are drawn; from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">An option makes no sense.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ResultComparison Compare(
        IReadOnlyList<string> figures,
        IReadOnlyList<string> classes,
        int images,
        Func<Measure> value,
        Func<Measure> baseline,
        BootstrapOptions? options,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        options ??= new BootstrapOptions();
        options.Validate();
        double[][] values = new double[options.Samples][];
        double[][] differences = new double[options.Samples][];
        int done = 0;
        Parallel.For(
            0,
            options.Samples,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => (Weights: new int[images], Value: value(), Baseline: baseline()),
            (sample, _, memory) =>
            {
                options.Draw(sample, memory.Weights);
                values[sample] = memory.Value(memory.Weights);
                differences[sample] = [.. values[sample].Zip(memory.Baseline(memory.Weights), (v, r) => v - r)];
                progress?.Report((Interlocked.Increment(ref done), options.Samples));
                return memory;
            },
            _ => { });

        int[] once = [.. Enumerable.Repeat(1, images)];
        double[] whole = value()(once);
        double[] reference = baseline()(once);
        FigureDifference[] all =
        [
            .. figures.Concat(classes).Select((name, i) => new FigureDifference(
                name,
                double.IsNaN(whole[i]) ? -1 : whole[i],
                double.IsNaN(reference[i]) ? -1 : reference[i],
                Interval.Of([.. values.Select(v => v[i])], options.Confidence),
                Interval.Of([.. differences.Select(d => d[i])], options.Confidence))),
        ];
        return new ResultComparison(all[..figures.Count], all[figures.Count..], options);
    }
}
