using System.Text.Json.Nodes;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Engine;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string RunPath => Path.Combine(_folder.Path, "runs", "first");

    [Fact]
    public void A_new_run_keeps_its_configuration()
    {
        PanoptesConfig config = new() { Seed = 5, Input = new() { ShortSide = [320, 400] } };
        RunFolder run = RunFolder.Create(RunPath, config);
        Assert.Equal(Path.Combine(RunPath, "config.json"), run.ConfigFile);
        Assert.Equal(config, RunFolder.Open(RunPath).LoadConfig());
        Assert.True(Directory.Exists(Path.Combine(RunPath, "checkpoint")));
        Assert.True(Directory.Exists(Path.Combine(RunPath, "samples")));
    }

    [Theory]
    [InlineData("checkpoint/state.safetensors")]
    [InlineData("last.safetensors")]
    [InlineData("best.safetensors")]
    public void A_folder_with_a_run_is_not_begun_again(string saved)
    {
        RunFolder.Create(RunPath, new PanoptesConfig());
        File.WriteAllText(Path.Combine(RunPath, saved), "");
        InputException error = Assert.Throws<InputException>(() => RunFolder.Create(RunPath, new PanoptesConfig()));
        Assert.Contains("TrainerOptions.Resume", error.Message);
    }

    [Fact]
    public void A_run_that_saved_nothing_is_replaced_unless_it_is_under_way()
    {
        RunFolder run = RunFolder.Create(RunPath, new PanoptesConfig());
        using (RunMetrics metrics = run.OpenMetrics(0)) metrics.Write(Metrics.At(20));
        string notes = _folder.Write("runs/first/notes.txt", "mine");
        using (RunLock.Take(run))
        {
            InputException error = Assert.Throws<InputException>(() => RunFolder.RequireFree(RunPath));
            Assert.Contains("is in use", error.Message, StringComparison.Ordinal);
        }

        PanoptesConfig config = new() { Seed = 6 };
        Assert.Equal(config, RunFolder.Create(RunPath, config).LoadConfig());
        Assert.Equal(["config.json", "notes.txt"], Directory.GetFiles(RunPath).Select(Path.GetFileName).Order());
        Assert.Equal("mine", File.ReadAllText(notes));
    }

    [Fact]
    public void A_folder_without_a_run_cannot_be_opened() =>
        Assert.Contains("holds no run", Assert.Throws<InputException>(() => RunFolder.Open(_folder.Path)).Message);

    [Fact]
    public void A_file_in_the_way_is_named()
    {
        string path = _folder.Write("taken", "");
        Assert.Contains(path, Assert.Throws<InputException>(() => RunFolder.Create(path, new PanoptesConfig())).Message);
    }

    [Fact]
    public void The_environment_is_written_in_snake_case()
    {
        RunFolder run = RunFolder.Create(RunPath, new PanoptesConfig());
        Dictionary<string, string> libraries = new() { ["libtorch"] = "1.13.1" };
        run.WriteEnvironment(RunEnvironment.Capture("cpu", ["train", "a.yaml"], libraries));
        JsonNode written = JsonNode.Parse(File.ReadAllText(Path.Combine(RunPath, "env.json")))!;
        Assert.Equal("cpu", (string?)written["device"]);
        Assert.Equal("1.13.1", (string?)written["libraries"]!["libtorch"]);
        Assert.Equal("a.yaml", (string?)written["arguments"]![1]);
        Assert.Equal(Environment.ProcessorCount, (int?)written["cores"]);
        Assert.StartsWith(".NET", (string?)written["runtime"]);
    }

    [Fact]
    public void Metrics_go_to_all_three_files_and_resuming_continues_them()
    {
        RunFolder run = RunFolder.Create(RunPath, new PanoptesConfig());
        using (RunMetrics metrics = run.OpenMetrics(0))
        {
            metrics.Write(Metrics.At(20));
            metrics.Write(Metrics.At(40));
        }
        using (RunMetrics metrics = RunFolder.Open(RunPath).OpenMetrics(20)) metrics.Write(Metrics.At(30));
        Assert.Equal([20, 30], MetricsJsonl.Read(run.MetricsJsonlFile).Select(m => m.Iteration));
        Assert.Equal(3, File.ReadAllLines(run.MetricsCsvFile).Length);
        Assert.Equal(2, Directory.GetFiles(RunPath, "events.out.tfevents.*").Length);
    }

    [Fact]
    public void Only_the_newest_kept_models_stay()
    {
        RunFolder run = RunFolder.Create(RunPath, new PanoptesConfig());
        foreach (int iteration in new[] { 1000, 500, 20_000, 1500 }) File.WriteAllText(run.KeptModel(iteration), "");
        File.WriteAllText(run.LastModel, "");
        run.PruneKeptModels(2);
        Assert.Equal(["last.safetensors", "model_00001500.safetensors", "model_00020000.safetensors"],
            Directory.GetFiles(RunPath, "*.safetensors").Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Sample_folders_sort_by_iteration()
    {
        RunFolder run = RunFolder.Create(RunPath, new PanoptesConfig());
        Assert.Equal(Path.Combine(RunPath, "samples", "00000500"), run.SamplesAt(500));
        Assert.True(Directory.Exists(run.SamplesAt(500)));
    }
}
