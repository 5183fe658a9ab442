using System.Globalization;
using System.Text;

namespace Panoptes.Training.Engine;

/// <summary>
/// metrics.csv: a header and a row for each logged iteration. Names that appear later (the first evaluation's) become new columns at the
/// right; earlier rows leave them empty.
/// </summary>
internal sealed class MetricsCsv : IMetricSink
{
    private readonly string _path;
    private readonly List<string> _columns;
    private FileStream _stream;

    private MetricsCsv(string path, List<string> columns)
    {
        _path = path;
        _columns = columns;
        _stream = OpenForAppending();
    }

    /// <summary>Opens the file for appending; the arguments are those of <see cref="MetricsJsonl.Open"/>.</summary>
    /// <param name="path">The file; made if it is not there.</param>
    /// <param name="resumedIteration">Rows beyond this iteration, and a row that is cut off, are dropped: 0 begins afresh.</param>
    /// <param name="evaluatedAt">The iteration of the last evaluation that the run remembers.</param>
    public static MetricsCsv Open(string path, int resumedIteration, int evaluatedAt)
    {
        string[] lines = !File.Exists(path) || resumedIteration == 0 ? [] : File.ReadAllLines(path);
        if (lines.Length == 0 || !lines[0].StartsWith(MetricNames.Iteration + ",", StringComparison.Ordinal))
        {
            Replace(path, []);
            return new MetricsCsv(path, []);
        }
        List<string> columns = [.. lines[0].Split(',')];
        bool IsEvaluation(string row) => row.Split(',').Zip(columns)
            .Any(cell => cell.First.Length > 0 && cell.Second.StartsWith(MetricNames.EvaluationPrefix, StringComparison.Ordinal));
        bool IsKept(string row) => row.Count(c => c == ',') == columns.Count - 1
            && int.TryParse(row.AsSpan(0, row.IndexOf(',', StringComparison.Ordinal)), CultureInfo.InvariantCulture, out int iteration)
            && (iteration < resumedIteration || (iteration == resumedIteration && (!IsEvaluation(row) || evaluatedAt >= resumedIteration)));
        Replace(path, [lines[0], .. lines.Skip(1).Where(IsKept)]);
        return new MetricsCsv(path, columns);
    }

    /// <inheritdoc/>
    public void Write(TrainingMetrics metrics)
    {
        Dictionary<string, double> values = new(metrics.Flatten()) { [MetricNames.Iteration] = metrics.Iteration };
        if (_columns.Count == 0) _columns.Add(MetricNames.Iteration);
        string[] added = [.. values.Keys.Where(name => !_columns.Contains(name))];
        if (added.Length > 0) AddColumns(added);
        IEnumerable<string> cells = _columns.Select(name =>
            values.TryGetValue(name, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : "");
        _stream.Write(Encoding.UTF8.GetBytes(string.Join(',', cells) + "\n"));
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void AddColumns(string[] names)
    {
        _stream.Dispose();
        _columns.AddRange(names);
        string padding = new(',', names.Length);
        Replace(_path, [string.Join(',', _columns), .. File.ReadLines(_path).Skip(1).Select(row => row + padding)]);
        _stream = OpenForAppending();
    }

    private static void Replace(string path, IEnumerable<string> lines) =>
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));

    private FileStream OpenForAppending() => new(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
}
