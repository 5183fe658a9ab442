using System.Text.Json;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Evaluation;

/// <summary>Average precision and recall, with the curves behind them. A figure that is not defined is −1, as in pycocotools.</summary>
public sealed class ApResult
{
    private static readonly (string Frequency, string Name)[] s_frequencies = [("r", "APr"), ("c", "APc"), ("f", "APf")];

    private readonly PrecisionRecall _curves;

    internal ApResult(
        ApOptions options,
        IReadOnlyList<ApClass> classes,
        CocoCategory[] categories,
        PrecisionRecall curves,
        IReadOnlyList<string> warnings,
        ApSeconds seconds)
    {
        _curves = curves;
        Options = options;
        Classes = classes;
        Seconds = seconds;
        Warnings = warnings;
        (Names, Stats) = Summarize(categories);
    }

    /// <summary>How it was measured.</summary>
    public ApOptions Options { get; }

    /// <summary>The names of <see cref="Stats"/>: AP, AP50, AP75, APs, APm, APl, AR1, AR10, AR100, ARs, ARm, ARl by
    /// default; with LVIS's rules APr, APc and APf follow APl.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The figures in COCO's order. Custom options follow the pattern; AP is that with the largest number of detections.</summary>
    public IReadOnlyList<double> Stats { get; }

    /// <summary>AP over all IoU thresholds and classes, in [0, 1]; −1 without any object.</summary>
    public double Ap => Stats[0];

    /// <summary>AP at IoU 0.5.</summary>
    public double Ap50 => Stats[1];

    /// <summary>AP at IoU 0.75.</summary>
    public double Ap75 => Stats[2];

    /// <summary>The figures by class, by ascending category id.</summary>
    public IReadOnlyList<ApClass> Classes { get; }

    /// <summary>Precision by [IoU threshold, recall threshold, class, area range, number of detections], in this order in memory.</summary>
    public ReadOnlySpan<double> Precision => _curves.Precision;

    /// <summary>Recall by [IoU threshold, class, area range, number of detections].</summary>
    public ReadOnlySpan<double> Recall => _curves.Recall;

    /// <summary>The score at each entry of <see cref="Precision"/>: where to set a threshold for this recall.</summary>
    public ReadOnlySpan<double> Scores => _curves.Scores;

    /// <summary>Where the time went.</summary>
    public ApSeconds Seconds { get; }

    /// <summary>What was odd about the input.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The result as one JSON object; see <see cref="Write"/>.</summary>
    /// <param name="perClass">Whether the figures of each class are part of it.</param>
    public string ToJson(bool perClass = true) => ApReport.ToJson(this, perClass);

    /// <summary>Writes the result as an object: <c>iou_type</c>, <c>stats</c>, <c>names</c>, <c>per_class</c> by category id with name,
    /// ap, ap50, ap75, aps, apm, apl, ar and counts, <c>seconds</c> and, where there are any, <c>warnings</c>.</summary>
    /// <param name="json">The writer, where a value is expected.</param>
    /// <param name="perClass">Whether the figures of each class are part of it.</param>
    /// <param name="more">Writes further properties at the end; null for none.</param>
    public void Write(Utf8JsonWriter json, bool perClass = true, Action<Utf8JsonWriter>? more = null) =>
        ApReport.Write(json, this, perClass, more);

    /// <summary>The figures of each class as a table of comma-separated values, a class a line, with a line of names first.</summary>
    public string ToCsv() => ApReport.ToCsv(this);

    /// <summary>A figure by its name.</summary>
    /// <exception cref="ArgumentException">There is no such figure.</exception>
    public double this[string name]
    {
        get
        {
            for (int i = 0; i < Names.Count; i++)
            {
                if (Names[i] == name)
                {
                    return Stats[i];
                }
            }

            throw new ArgumentException($"There is no figure '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
        }
    }

    private (string[] Names, double[] Stats) Summarize(CocoCategory[] categories)
    {
        List<string> names = ["AP", "AP50", "AP75"];
        int last = Options.MaxDetections.Count - 1;
        int[] all = new int[Classes.Count];
        for (int k = 0; k < all.Length; k++)
        {
            all[k] = k;
        }

        RowList<double> stats = new();
        stats.Add(_curves.MeanPrecision(null, all, 0, last));
        stats.Add(_curves.MeanPrecision(0.5, all, 0, last));
        stats.Add(_curves.MeanPrecision(0.75, all, 0, last));
        for (int area = 1; area < Options.AreaRanges.Count; area++)
        {
            names.Add($"AP{Options.SuffixOf(area)}");
            stats.Add(_curves.MeanPrecision(null, all, area, last));
        }

        foreach ((string frequency, string name) in Options.Federated ? s_frequencies : [])
        {
            names.Add(name);
            stats.Add(_curves.MeanPrecision(null, [.. all.Where(k => categories[k].Frequency == frequency)], 0, last));
        }

        for (int limit = 0; limit <= last; limit++)
        {
            names.Add($"AR{Options.MaxDetections[limit]}");
            stats.Add(_curves.MeanRecall(all, 0, limit));
        }

        for (int area = 1; area < Options.AreaRanges.Count; area++)
        {
            names.Add($"AR{Options.SuffixOf(area)}");
            stats.Add(_curves.MeanRecall(all, area, last));
        }

        return ([.. names], stats.ToArray());
    }
}
