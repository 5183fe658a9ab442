using System.Diagnostics;
using System.Text.Json;
using Panoptes.Cli.Tests.Training;
using Panoptes.Torch.Serialization;

namespace Panoptes.Cli.Tests.Distributed;

/// <summary>Training in two processes: the same run as in one, and its end where one of them is lost.</summary>
[Collection(nameof(TrainingCollection))]
public class MpiTrainTests(TinyProject project)
{
    private static readonly string[] s_short = ["schedule.iterations=8", "threads=1", "evaluation.every=4", "evaluation.samples=1"];

    [Theory]
    [InlineData("embedmask", 2, 4)] // each process makes two passes side by side
    [InlineData("embedmask", 2, 4, "model.fcos.normalizer=moving_fg")] // each pass counts from the first process's number
    [InlineData("meinst", 2, 2)]
    [InlineData("ciae", 3, 3)]
    public async Task Processes_train_what_one_does(string method, int processes, int parts, params string[] more)
    {
        MpiRunner.Require();
        string[] settings =
            [.. s_short, .. SettingsOf(method), $"schedule.batch_size={parts}", "schedule.accumulation=2", $"replicas={parts}", .. more];
        string one = project.NewPath("one"), several = project.NewPath("several");
        ToolResult alone = await ToolRunner.RunProcessAsync(["train", project.Config, .. settings, "--output", one, "--json"]);
        Assert.Equal((0, ""), (alone.Code, alone.Code == 0 ? "" : alone.Error));

        ToolResult all = await MpiRunner.RunAsync(processes, ["train", project.Config, .. settings, "--output", several, "--json"]);
        Assert.Equal((0, ""), (all.Code, all.Code == 0 ? "" : all.Error));
        Assert.Contains($"{processes} processes", all.Error, StringComparison.Ordinal);
        Assert.Equal(8, all.Json().GetProperty("iterations").GetInt32()); // one process speaks, or this is not JSON

        Assert.Equal(Metrics(one), Metrics(several));
        AssertSameWeights(one, several);
    }

    [Fact]
    public async Task The_same_processes_write_the_same_bytes()
    {
        MpiRunner.Require();
        string first = project.NewPath("first"), second = project.NewPath("second");
        foreach (string run in new[] { first, second })
        {
            Assert.Equal(0, (await MpiRunner.RunAsync(2, ["train", project.Config, .. s_short, "--output", run])).Code);
        }

        Assert.Equal(Model(first), Model(second));
    }

    [Fact]
    public async Task A_killed_process_ends_the_other_which_says_so_and_the_run_goes_on_in_one()
    {
        MpiRunner.Require();
        string run = project.NewPath("killed");
        (string program, string[] command) = MpiRunner.Command(
            2, "train", project.Config, "schedule.iterations=100000", "checkpoint.every=3", "--output", run);
        ProcessStartInfo start = new(program, command) { RedirectStandardOutput = true, RedirectStandardError = true };
        MpiRunner.Prepare(start);
        using Process mpirun = Process.Start(start)!;
        Task<string> output = mpirun.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = mpirun.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string state = Path.Combine(run, "checkpoint", "state.safetensors");
        while (!mpirun.HasExited && !File.Exists(state))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await ToolRunner.RunProgramAsync("sh", ["-c", $"kill -9 {ProcessOfRank(1, run)}"]);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        try
        {
            await mpirun.WaitForExitAsync(patience.Token);
        }
        finally
        {
            mpirun.Kill(entireProcessTree: true);
        }

        Assert.NotEqual(0, mpirun.ExitCode);
        Assert.Equal("", await output);
        string line = Assert.Single((await error).Split('\n'), l => l.Contains("error:", StringComparison.Ordinal));
        Assert.Matches($"process 1 on {Environment.MachineName} ended after step [0-9]+ without a word", line);

        Assert.True(File.Exists(state));
        ToolResult resumed = await ToolRunner.RunProcessAsync(["train", "--resume", "--output", run, "schedule.minutes=0.001", "--json"]);
        Assert.Equal((0, ""), (resumed.Code, resumed.Code == 0 ? "" : resumed.Error));
    }

    [Fact]
    public async Task A_damaged_image_of_any_process_is_told_once_and_what_was_learned_is_saved()
    {
        MpiRunner.Require();
        string images = Directory.CreateDirectory(project.NewPath("images")).FullName;
        foreach (string file in Directory.GetFiles(project.Data.Train.Images))
        {
            File.Copy(file, Path.Combine(images, Path.GetFileName(file)));
        }

        string damaged = Directory.GetFiles(images).Order().Last();
        File.WriteAllBytes(damaged, [0xFF, 0xD8, 0xFF]);
        string run = project.NewPath("damaged");
        ToolResult result = await MpiRunner.RunAsync(
            2, "train", project.Config, "schedule.iterations=30", $"data.train.images={images}", "--output", run);
        Assert.NotEqual(0, result.Code);
        string line = Assert.Single(result.Error.Split('\n'), l => l.Contains("error:", StringComparison.Ordinal));
        Assert.Contains(Path.GetFileName(damaged), line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_dealt_out_is_refused_with_what_is_allowed()
    {
        MpiRunner.Require();
        ToolResult result = await MpiRunner.RunAsync(3, "train", project.Config, "--output", project.NewPath("three"));
        Assert.Equal(2, result.Code);
        string line = Assert.Single(result.Error.Split('\n'), l => l.Contains("error:", StringComparison.Ordinal));
        Assert.Contains("schedule.batch_size", line, StringComparison.Ordinal);
        Assert.Contains("allowed are 3, 6, 9", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_mpi_library_the_message_says_what_to_install()
    {
        ToolResult result = await ToolRunner.RunProcessAsync(["train", project.Config, "--output", project.NewPath("none")], start =>
        {
            (start.Environment["OMPI_COMM_WORLD_RANK"], start.Environment["OMPI_COMM_WORLD_SIZE"]) = ("0", "2");
            start.Environment["PANOPTES_MPI"] = "/none/libmpi.so";
        });
        Assert.Equal(2, result.Code);
        Assert.StartsWith("error: PANOPTES_MPI: '/none/libmpi.so' cannot be loaded", result.Error, StringComparison.Ordinal);
    }

    // What a method needs to learn the scenes of the project, whose configuration is EmbedMask's.
    private string[] SettingsOf(string method) => method switch
    {
        "ciae" =>
        [
            "model.method=ciae", "model.ciae.channels=8", "model.ciae.norm_groups=2", "model.ciae.embedding_dim=8", "model.ciae.loss_stride=4",
            $"data.train.panoptic={project.Data.Train.Panoptic}", $"data.train.panoptic_folder={project.Data.Train.PanopticFolder}",
            $"data.val.panoptic={project.Data.Val.Panoptic}", $"data.val.panoptic_folder={project.Data.Val.PanopticFolder}",
        ],
        "meinst" => ["model.method=meinst", "model.backbone.norm=sync_batch_norm"],
        _ => [$"model.method={method}"],
    };

    private static int ProcessOfRank(int rank, string run) => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out int id) ? id : 0)
        .First(id => id > 0 && Has(id, "cmdline", run) && Has(id, "cmdline", "Panoptes.Cli.dll")
            && Has(id, "environ", $"OMPI_COMM_WORLD_RANK={rank}\0"));

    private static bool Has(int process, string file, string text)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}").Contains(text, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // ended, or not ours
        }
    }

    private static byte[] Model(string run) => File.ReadAllBytes(Path.Combine(run, "last.safetensors"));

    // Losses and figures; not times and memory.
    private static (string Key, double Value)[] Metrics(string run) =>
        [.. File.ReadLines(Path.Combine(run, "metrics.jsonl")).SelectMany(line =>
            JsonDocument.Parse(line).RootElement.EnumerateObject()
                .Where(p => p.Name is "iteration" or "learning_rate" or "epoch" or "unmatched"
                    || p.Name.StartsWith("loss_", StringComparison.Ordinal))
                .Select(p => (p.Name, p.Value.GetDouble())))];

    private static void AssertSameWeights(string one, string two)
    {
        using SafetensorsFile expected = SafetensorsFile.Open(Path.Combine(one, "last.safetensors"));
        using SafetensorsFile found = SafetensorsFile.Open(Path.Combine(two, "last.safetensors"));
        Assert.Equal(expected.Tensors.Keys.Order(), found.Tensors.Keys.Order());
        foreach (string name in expected.Tensors.Keys.Where(name => expected.Tensors[name].DType == Torch.DType.Float32))
        {
            using Torch.Tensor a = expected.Load(name), b = found.Load(name);
            Assert.True(a.ToArray<float>().AsSpan().SequenceEqual(b.ToArray<float>()), name);
        }
    }
}
