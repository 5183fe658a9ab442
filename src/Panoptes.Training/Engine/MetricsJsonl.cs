using System.Text;
using System.Text.Json;

namespace Panoptes.Training.Engine;

/// <summary>metrics.jsonl: one JSON object on one line for each logged iteration; a value that is not finite is null.</summary>
internal sealed class MetricsJsonl : IMetricSink
{
    private readonly FileStream _stream;

    private MetricsJsonl(FileStream stream) => _stream = stream;

    /// <summary>Opens the file for appending.</summary>
    /// <param name="path">The file; made if it is not there.</param>
    /// <param name="resumedIteration">
    /// The iteration that training goes on from. Lines beyond it, and a line that a crash cut off, are dropped: 0 begins afresh.
    /// </param>
    /// <param name="evaluatedAt">The iteration of the last evaluation that the run remembers: one of <paramref name="resumedIteration"/>
    /// that it does not is made again.</param>
    public static MetricsJsonl Open(string path, int resumedIteration, int evaluatedAt)
    {
        string[] kept = !File.Exists(path) || resumedIteration == 0 ? [] :
        [
            .. File.ReadLines(path).Where(line => Parse(line) is TrainingMetrics metrics
                && (metrics.Iteration < resumedIteration
                    || (metrics.Iteration == resumedIteration && (metrics.Evaluation.Count == 0 || evaluatedAt >= resumedIteration)))),
        ];
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(string.Concat(kept.Select(line => line + "\n"))));
        return new MetricsJsonl(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
    }

    /// <summary>The metrics of a file, oldest first; a line that is cut off is skipped. The file may be in use.</summary>
    public static IReadOnlyList<TrainingMetrics> Read(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(stream);
        List<TrainingMetrics> all = [];
        while (reader.ReadLine() is string line)
        {
            if (Parse(line) is TrainingMetrics metrics) all.Add(metrics);
        }
        return all;
    }

    /// <inheritdoc/>
    public void Write(TrainingMetrics metrics)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter writer = new(line))
        {
            writer.WriteStartObject();
            writer.WriteNumber(MetricNames.Iteration, metrics.Iteration);
            foreach ((string name, double value) in metrics.Flatten())
            {
                if (double.IsFinite(value)) writer.WriteNumber(name, value);
                else writer.WriteNull(name);
            }
            writer.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        _stream.Write(line.GetBuffer(), 0, (int)line.Length);
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>The metrics of a line, or null where it is not whole.</summary>
    private static TrainingMetrics? Parse(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            Dictionary<string, double> losses = [], evaluation = [];
            TrainingMetrics metrics = new() { Iteration = 0, Losses = losses, Evaluation = evaluation };
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                double value = property.Value.ValueKind == JsonValueKind.Null ? double.NaN : property.Value.GetDouble();
                string name = property.Name;
                if (WithoutPrefix(name, MetricNames.LossPrefix) is string loss) losses[loss] = value;
                else if (WithoutPrefix(name, MetricNames.EvaluationPrefix) is string result) evaluation[result] = value;
                else metrics = With(metrics, name, value);
            }
            return metrics;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? WithoutPrefix(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;

    private static TrainingMetrics With(TrainingMetrics metrics, string name, double value) => name switch
    {
        MetricNames.Iteration => metrics with { Iteration = (int)value },
        MetricNames.Epoch => metrics with { Epoch = value },
        MetricNames.LearningRate => metrics with { LearningRate = value },
        MetricNames.Unmatched => metrics with { Unmatched = value },
        MetricNames.Seconds => metrics with { Seconds = value },
        MetricNames.ImagesPerSecond => metrics with { ImagesPerSecond = value },
        MetricNames.MemoryMiB => metrics with { MemoryMiB = value },
        _ => metrics,
    };
}
