using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Engine;

/// <summary>The folder of a run: its configuration, metrics, models, checkpoint, sample images and report.</summary>
public sealed class RunFolder
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private RunFolder(string path) => Path = path;

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>config.json: the resolved configuration.</summary>
    public string ConfigFile => At("config.json");

    /// <summary>env.json: where and how the run was started.</summary>
    public string EnvironmentFile => At("env.json");

    /// <summary>metrics.jsonl: a line for each logged iteration.</summary>
    public string MetricsJsonlFile => At("metrics.jsonl");

    /// <summary>metrics.csv: the same as a table.</summary>
    public string MetricsCsvFile => At("metrics.csv");

    /// <summary>last.safetensors: the newest model.</summary>
    public string LastModel => At("last.safetensors");

    /// <summary>best.safetensors: the model with the best evaluation.</summary>
    public string BestModel => At("best.safetensors");

    /// <summary>checkpoint/: what a resumed run needs in addition to the model.</summary>
    public string CheckpointFolder => At("checkpoint");

    /// <summary>samples/: validation images with predictions drawn, a folder for each evaluation.</summary>
    public string SamplesFolder => At("samples");

    /// <summary>report.html: the page that shows the run.</summary>
    public string ReportFile => At("report.html");

    /// <summary>Whether the run has saved a checkpoint or a model.</summary>
    internal bool HasSaved =>
        File.Exists(Checkpoint.FileOf(this)) || (Directory.Exists(Path) && Directory.EnumerateFiles(Path, "*.safetensors").Any());

    /// <summary>
    /// Begins a run. Where the folder holds one that ended before it saved anything, its configuration and metrics are replaced; other
    /// files stay.
    /// </summary>
    /// <param name="path">The folder; made if it is not there.</param>
    /// <param name="config">The configuration to keep in it.</param>
    /// <exception cref="InputException">The folder holds a run that saved something or is under way, or cannot be made.</exception>
    public static RunFolder Create(string path, PanoptesConfig config)
    {
        RequireFree(path);
        RunFolder run = new(System.IO.Path.GetFullPath(path));
        try
        {
            run.RemoveMetrics();
            Directory.CreateDirectory(run.CheckpointFolder);
            Directory.CreateDirectory(run.SamplesFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputException.ForSetting(
                "TrainerOptions.Output",
                $"the folder '{path}' cannot be made: {e.Message}",
                InputErrorKind.Unreadable, e);
        }

        run.WriteConfig(config);
        return run;
    }

    /// <summary>Refuses a folder that holds a run, except one that ended before it saved anything; writes nothing.</summary>
    /// <param name="path">The folder, which need not exist.</param>
    /// <exception cref="InputException">The folder holds a run that saved something or is under way.</exception>
    public static void RequireFree(string path)
    {
        RunFolder run = new(System.IO.Path.GetFullPath(path));
        if (!File.Exists(run.ConfigFile)) return;
        if (run.HasSaved)
        {
            throw InputException.ForSetting(
                "TrainerOptions.Output",
                $"the folder '{path}' holds a run; continue it with TrainerOptions.Resume, or name another folder.");
        }

        RunLock.RequireUnused(run);
    }

    /// <summary>The folder of a run that another process writes, for messages.</summary>
    internal static RunFolder Named(string path) => new(System.IO.Path.GetFullPath(path));

    /// <summary>Opens the folder of an earlier run.</summary>
    /// <exception cref="InputException">The folder holds no run.</exception>
    public static RunFolder Open(string path)
    {
        RunFolder run = new(System.IO.Path.GetFullPath(path));
        return File.Exists(run.ConfigFile) ? run : throw InputException.ForSetting(
            null,
            $"the folder '{path}' holds no run: it has no config.json.");
    }

    /// <summary>The configuration that the run was begun with.</summary>
    /// <exception cref="InputException">config.json was changed into something that is not a configuration.</exception>
    public PanoptesConfig LoadConfig() => ConfigLoader.Load(ConfigFile);

    /// <summary>Writes config.json: a resumed run may have changed how long it goes on.</summary>
    public void WriteConfig(PanoptesConfig config) => WriteText(ConfigFile, ConfigWriter.ToJson(config));

    /// <summary>Writes env.json.</summary>
    internal void WriteEnvironment(RunEnvironment environment) =>
        WriteText(EnvironmentFile, JsonSerializer.Serialize(environment, s_json) + "\n");

    /// <summary>Reads env.json; null where it is missing or damaged.</summary>
    internal RunEnvironment? ReadEnvironment()
    {
        try
        {
            return File.Exists(EnvironmentFile)
                ? JsonSerializer.Deserialize<RunEnvironment>(File.ReadAllBytes(EnvironmentFile), s_json)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Opens metrics.jsonl and metrics.csv and begins a TensorBoard events file.</summary>
    /// <param name="resumedIteration">The iteration that training goes on from; later lines are dropped. 0 for a new run.</param>
    /// <param name="evaluatedAt">
    /// The iteration of the last evaluation that the run remembers: one of <paramref name="resumedIteration"/> that it does not is dropped,
    /// since it comes again. Null where it remembers it.
    /// </param>
    internal RunMetrics OpenMetrics(int resumedIteration, int? evaluatedAt = null) =>
        new(this, resumedIteration, evaluatedAt ?? resumedIteration);

    /// <summary>The folder for the sample images of an evaluation, made if it is not there.</summary>
    public string SamplesAt(int iteration) => Directory.CreateDirectory(System.IO.Path.Combine(SamplesFolder, Number(iteration))).FullName;

    /// <summary>The file of a model that is kept next to the last and the best, as <c>checkpoint.keep</c> asks.</summary>
    public string KeptModel(int iteration) => At($"model_{Number(iteration)}.safetensors");

    /// <summary>Removes all but the newest kept models.</summary>
    /// <param name="count">How many stay.</param>
    public void PruneKeptModels(int count)
    {
        string[] kept = Directory.GetFiles(Path, "model_*.safetensors");
        Array.Sort(kept, StringComparer.Ordinal);
        foreach (string file in kept.SkipLast(count)) File.Delete(file);
    }

    // Of a run that ended before it saved anything. TensorBoard would show its events together with those of the new run.
    private void RemoveMetrics()
    {
        if (!File.Exists(ConfigFile)) return;
        foreach (string file in Directory.GetFiles(Path, TensorBoardEvents.FilePrefix + "*")) File.Delete(file);
        File.Delete(MetricsJsonlFile);
        File.Delete(MetricsCsvFile);
    }

    private static string Number(int iteration) => iteration.ToString("D8", CultureInfo.InvariantCulture);

    private string At(string name) => System.IO.Path.Combine(Path, name);

    private static void WriteText(string path, string text) => AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
}
