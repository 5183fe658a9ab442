namespace Panoptes.Cli.Tests;

/// <summary>What only a process of its own can show: exit codes, streams, signals, full disks.</summary>
public class ProcessTests
{
    [Fact]
    public async Task Exit_codes_reach_the_shell()
    {
        Assert.Equal(0, (await ToolRunner.RunProcessAsync(["--version"])).Code);
        (await ToolRunner.RunProcessAsync(["doctro"])).ShouldFailWith(2, "doctro");
    }

    [Fact]
    public async Task Stdout_on_a_full_disk_is_one_line_and_exit_code_1()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        string tool = Path.Combine(AppContext.BaseDirectory, "Panoptes.Cli.dll");

        ToolResult result = await ToolRunner.RunProgramAsync("sh", ["-c", $"dotnet '{tool}' config schema > /dev/full"]);

        result.ShouldFailWith(1, "No space left on device");
    }

    [Fact]
    public async Task A_reader_that_goes_away_is_no_error()
    {
        Posix.Require();
        string tool = Path.Combine(AppContext.BaseDirectory, "Panoptes.Cli.dll");

        ToolResult result = await ToolRunner.RunProgramAsync("sh", ["-c", $"dotnet '{tool}' config schema | head -n 1"]);

        Assert.Equal((0, "{\n", ""), (result.Code, result.Output, result.Error));
    }

    [Fact]
    public async Task The_launcher_runs_through_a_link_from_any_folder()
    {
        Posix.Require();
        using TemporaryFolder folder = new();
        string launcher = folder.Write("real/panoptes", File.ReadAllText(Repository.Require("eng/launcher.sh")));
        Posix.MakeExecutable(launcher);
        Directory.CreateSymbolicLink(folder.Full("real/app"), AppContext.BaseDirectory);
        File.CreateSymbolicLink(folder.Full("panoptes"), launcher);

        ToolResult result = await ToolRunner.RunProgramAsync(folder.Full("panoptes"), ["--version"], start => start.WorkingDirectory = "/");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.StartsWith("panoptes ", result.Output, StringComparison.Ordinal);
    }
}
