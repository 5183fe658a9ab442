using System.Globalization;

namespace Panoptes.Coco.Datasets.Statistics.Sections;

/// <summary>How a histogram's horizontal axis is labeled.</summary>
/// <param name="Deserves">Whether a bin that begins here may have a label.</param>
/// <param name="Text">The label of a value.</param>
internal sealed record HistogramScale(Func<double, bool> Deserves, Func<double, string> Text)
{
    private const int MostLabels = 9;

    /// <summary>Counts and lengths that are whole numbers.</summary>
    public static HistogramScale Integers { get; } = new(_ => true, Plain);

    /// <summary>Lengths whose bins grow: labels at powers of 2.</summary>
    public static HistogramScale Lengths { get; } = new(IsPowerOf2, Plain);

    /// <summary>Width over height: labels at powers of 2, such as 2:1.</summary>
    public static HistogramScale Ratios { get; } = new(IsPowerOf2, Ratio);

    /// <summary>Parts of a whole: labels at every tenth.</summary>
    public static HistogramScale Shares { get; } = new(value => Math.Abs((10 * value) - Math.Round(10 * value)) < 1e-9, Share);

    /// <summary>The labels of bins, empty for those that get none.</summary>
    public IEnumerable<string> Labels(IReadOnlyList<HistogramBin> bins)
    {
        int step = Math.Max(1, (bins.Count(bin => Deserves(bin.From)) + MostLabels - 1) / MostLabels);
        int deserving = 0;
        foreach (HistogramBin bin in bins)
        {
            yield return Deserves(bin.From) && deserving++ % step == 0 ? Text(bin.From) : "";
        }
    }

    /// <summary>A bin's range in words.</summary>
    public string Range(HistogramBin bin) => bin switch
    {
        { To: double.PositiveInfinity } => $"{Text(bin.From)} and more",
        _ when IsWhole(bin) => Text(bin.From),
        _ when ReferenceEquals(this, Integers) => $"{Text(bin.From)} to {Text(bin.To - 1)}",
        _ => $"{Text(bin.From)} to {Text(bin.To)}",
    };

    /// <summary>Whether a bin holds one whole number.</summary>
    public bool IsWhole(HistogramBin bin) => ReferenceEquals(this, Integers) && bin.To - bin.From == 1;

    private static bool IsPowerOf2(double value) => value > 0 && double.IsInteger(Math.Log2(value));

    private static string Plain(double value) => value.ToString(value < 10 ? "0.#" : "0", CultureInfo.InvariantCulture);

    private static string Share(double value) => value.ToString("0 %", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value switch
    {
        0 => "0",
        >= 1 => value.ToString("0.##", CultureInfo.InvariantCulture) + ":1",
        _ => "1:" + (1 / value).ToString("0.##", CultureInfo.InvariantCulture),
    };
}
