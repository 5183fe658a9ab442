namespace Panoptes.Cli.Tests.Scripts;

/// <summary><c>./build.sh test</c>: its last line and its exit code, whatever <c>dotnet test</c> does.</summary>
public sealed class BuildScriptTests : IDisposable
{
    private readonly FakeMachine _machine = new("build.sh", "mktemp", "rm", "sed", "tail", "tee", "dirname");

    /// <inheritdoc />
    public void Dispose() => _machine.Dispose();

    private void DotnetTest(string says, int code) => _machine.Program("dotnet", $"""
        echo "$@" >> "$LOG"
        [ "$1" = test ] || exit 0
        printf '{says.ReplaceLineEndings("\\n")}\n'
        exit {code}
        """);

    private async Task<(int Code, string LastLine)> TestAsync(params string[] options)
    {
        ToolResult result = await _machine.RunAsync(["test", .. options]);
        return (result.Code, result.Output.TrimEnd('\n').Split('\n')[^1]);
    }

    [Fact]
    public async Task The_last_line_has_the_sums()
    {
        DotnetTest("  total: 12\n  failed: 0\n  succeeded: 10\n  skipped: 2", 0);

        Assert.Equal((0, "10 passed, 0 failed, 2 skipped"), await TestAsync());
    }

    [Fact]
    public async Task A_failed_test_is_a_failure()
    {
        DotnetTest("  total: 12\n  failed: 3\n  succeeded: 9\n  skipped: 0", 2);

        Assert.Equal((1, "9 passed, 3 failed, 0 skipped"), await TestAsync());
    }

    [Fact]
    public async Task A_project_that_crashes_counts_as_failed()
    {
        DotnetTest("  error: 1\n  total: 12\n  failed: 0\n  succeeded: 12\n  skipped: 0", 1);

        Assert.Equal((1, "12 passed, 1 failed, 0 skipped"), await TestAsync());
    }

    [Fact]
    public async Task A_test_run_that_dies_is_a_failure()
    {
        DotnetTest("something went wrong", 134);

        Assert.Equal((1, "0 passed, 1 failed, 0 skipped"), await TestAsync());
    }

    [Fact]
    public async Task No_test_at_all_is_a_failure()
    {
        DotnetTest("  total: 0\n  failed: 0\n  succeeded: 0\n  skipped: 0", 0);

        Assert.Equal((1, "0 passed, 1 failed, 0 skipped"), await TestAsync());
    }

    [Fact]
    public async Task Nightly_runs_the_explicit_tests_and_other_options_pass_through()
    {
        DotnetTest("  succeeded: 1", 0);

        await TestAsync("--nightly", "--filter-class", "*SoakTests");

        Assert.EndsWith("--explicit on --filter-class *SoakTests\n", _machine.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_sdk_it_says_where_to_get_it()
    {
        _machine.Program("dotnet", "exit 1");

        (await _machine.RunAsync("test")).ShouldFailWith(1, ".NET SDK 10", "https://");
    }
}
