using System.Collections.Concurrent;
using System.Globalization;

namespace Panoptes.Benchmarks.Serve;

/// <summary>What clients saw.</summary>
internal sealed class LoadResult
{
    private readonly ConcurrentBag<double> _milliseconds = [];
    private readonly ConcurrentDictionary<string, int> _outcomes = [];

    /// <summary>How long the clients worked.</summary>
    public double Seconds { get; set; }

    /// <summary>What the processors worked for it.</summary>
    public TimeSpan Processor { get; set; }

    /// <summary>Answers with 200.</summary>
    public int Done => _milliseconds.Count;

    /// <summary>Answers with 200 in a second.</summary>
    public double PerSecond => Done / Seconds;

    /// <summary>Whether every answer was 200 or 429.</summary>
    public bool IsClean => _outcomes.Keys.All(outcome => outcome is "200" or "429");

    /// <summary>Counts an answer, or an error by its name.</summary>
    public void Add(string outcome, double milliseconds)
    {
        _outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);
        if (outcome == "200") _milliseconds.Add(milliseconds);
    }

    /// <summary>The time within which a share of the answers came.</summary>
    public double Percentile(double share)
    {
        double[] sorted = [.. _milliseconds.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    /// <summary>Prints a line.</summary>
    public void Print(string name, string more = "") => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-34} {PerSecond,7:0.00} images/s   p50 {Percentile(0.5),7:0} ms   p99 {Percentile(0.99),7:0} ms   "
        + $"processors {Processor.TotalMilliseconds / Math.Max(1, Done),6:0.0} ms an image   "
        + $"{string.Join(", ", _outcomes.OrderBy(o => o.Key).Select(o => $"{o.Value} x {o.Key}"))}{more}"));
}
