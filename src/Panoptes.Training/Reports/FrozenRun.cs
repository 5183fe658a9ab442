using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Panoptes.Imaging;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Reports;

/// <summary>
/// The page that watches a training, frozen: its charts and samples as scripts inside the report, with the run's figures as JSON. The
/// scripts are those of <c>panoptes watch</c>; they ask for nothing.
/// </summary>
internal static partial class FrozenRun
{
    private const int MostLines = 2000;
    private const int MostSamples = 4;
    private const int MostEvaluations = 6;
    private const int SampleWidth = 640;
    private const int SampleQuality = 75;

    /// <summary>The modules, each after those that it needs.</summary>
    private static readonly string[] s_modules =
        ["dom.js", "numbers.js", "axis.js", "curves.js", "chart.js", "plots.js", "board.js", "samples.js", "frozen.js"];

    private static readonly Lazy<string> s_style = new(() => Read("runs.css"));
    private static readonly Lazy<string> s_script = new(() => string.Concat(s_modules.Select(name => Linked().Replace(Read(name), ""))));

    /// <summary>The rules of what the scripts make.</summary>
    public static string Style => s_style.Value;

    /// <summary>The run's figures and the scripts; nothing where nothing was logged.</summary>
    public static string ToHtml(RunSummary run) => run.Metrics.Any(m => m.Losses.Count > 0)
        ? $"<script type=\"application/json\" id=\"run\">{Figures(run)}</script>\n"
            + $"<script type=\"module\">//<![CDATA[\n{s_script.Value}//]]></script>\n"
        : "";

    private static string Figures(RunSummary run)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream)) // its default encoder leaves no character that HTML or XML reads as markup
        {
            json.WriteStartObject();
            json.WriteString("name"u8, Path.GetFileName(run.Folder.Path));
            json.WriteStartArray("lines"u8);
            foreach (TrainingMetrics line in Thinned(run.Metrics)) Write(json, line);
            json.WriteEndArray();
            json.WriteStartArray("samples"u8);
            // Anyone who interrupts waits for the end: images would take seconds.
            if (!run.Interrupted) WriteSamples(json, run.Folder.SamplesFolder);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter json, TrainingMetrics line)
    {
        json.WriteStartObject();
        json.WriteNumber(MetricNames.Iteration, line.Iteration);
        foreach ((string name, double value) in line.Flatten())
        {
            // Seven digits are more than a chart shows.
            if (double.IsFinite(value)) json.WriteNumber(name, (float)value);
            else json.WriteNull(name);
        }

        json.WriteEndObject();
    }

    /// <summary>All evaluations, and of a long run's logged lines every so many: metrics.jsonl has them all.</summary>
    private static IEnumerable<TrainingMetrics> Thinned(IReadOnlyList<TrainingMetrics> lines)
    {
        int every = (lines.Count + MostLines - 1) / MostLines;
        return every <= 1 ? lines : lines.Where((line, i) => line.Evaluation.Count > 0 || (lines.Count - 1 - i) % every == 0);
    }

    private static void WriteSamples(Utf8JsonWriter json, string folder)
    {
        if (!Directory.Exists(folder)) return;
        string[] evaluations = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)];
        foreach (string evaluation in Spread(evaluations, MostEvaluations))
        {
            string[] images = [.. Directory.GetFiles(evaluation, "*.png").Order(StringComparer.Ordinal).Take(MostSamples)];
            if (!int.TryParse(Path.GetFileName(evaluation), CultureInfo.InvariantCulture, out int iteration) || images.Length == 0) continue;
            json.WriteStartObject();
            json.WriteNumber("iteration"u8, iteration);
            json.WriteStartArray("images"u8);
            foreach (string path in images)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, Path.GetFileNameWithoutExtension(path));
                json.WriteString("url"u8, Shrunk(Image.Load(path)).ToJpegDataUri(SampleQuality));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    /// <summary>Some of many, evenly, the last one among them.</summary>
    private static IEnumerable<string> Spread(string[] all, int most) => all.Length <= most
        ? all
        : Enumerable.Range(1, most).Select(i => all[(i * all.Length / most) - 1]);

    private static Image Shrunk(Image image) => image.Width <= SampleWidth
        ? image
        : image.Resize(SampleWidth, Math.Max(1, (int)Math.Round((double)image.Height * SampleWidth / image.Width)));

    private static string Read(string name)
    {
        using Stream stream = typeof(FrozenRun).Assembly.GetManifestResourceStream($"runs/{name}")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    /// <summary>What links modules to each other: in one script they see each other without.</summary>
    [GeneratedRegex("^(import .*;\r?\n|export )", RegexOptions.Multiline)]
    private static partial Regex Linked();
}
