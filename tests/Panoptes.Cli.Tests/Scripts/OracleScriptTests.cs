namespace Panoptes.Cli.Tests.Scripts;

/// <summary>eng/oracle.sh, which never fails and always says what will be skipped.</summary>
public sealed class OracleScriptTests : IDisposable
{
    private const string Skipped = "will be skipped";
    private readonly FakeMachine _machine = new("eng/oracle.sh", "env");

    public OracleScriptTests()
    {
        _machine.Program("id", "echo 0");
        _machine.Program("true", "exit 0");
        _machine.Program("python3", """[ -e "$LOG.installed" ]""");
        _machine.Program("chromium", "exit 0");
        _machine.Program("mpirun", "exit 0");
        Apt(""": > "$LOG.installed" """);
    }

    /// <inheritdoc />
    public void Dispose() => _machine.Dispose();

    private void Apt(string onInstall) => _machine.Program("apt-get", $"""
        echo "$@" >> "$LOG"
        echo noise
        case "$*" in *install*) {onInstall};; esac
        """);

    [Fact]
    public async Task Where_it_is_installed_nothing_is_said_or_done()
    {
        _machine.Program("python3", "exit 0");

        Assert.Equal(new ToolResult(0, "", ""), await _machine.RunAsync());
        Assert.Empty(_machine.Log);
    }

    [Fact]
    public async Task It_is_installed_as_root_with_the_lists_that_are_there()
    {
        ToolResult result = await _machine.RunAsync();

        Assert.Equal((0, ""), (result.Code, result.Output));
        Assert.Matches("^oracle: installing [^\n]*python3-torch[^\n]*\n$", result.Error);
        Assert.Matches("install --yes --no-install-recommends --no-remove python3-torch python3-torchvision [^\n]*\n$", _machine.Log);
        Assert.DoesNotContain("update", _machine.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_is_installed_too_and_whether_or_not_the_rest_was()
    {
        _machine.Remove("chromium");

        ToolResult result = await _machine.RunAsync();

        Assert.Equal((0, ""), (result.Code, result.Output));
        Assert.Matches("install [^\n]*python3-torch[^\n]*\n(.*\n)*[^\n]*install --yes --no-install-recommends --no-remove chromium\n$", _machine.Log);
        Assert.EndsWith("apt-get succeeded, and there is still no Chromium. Tests that need Chromium will be skipped.\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_mpi_is_installed_too()
    {
        _machine.Remove("mpirun");

        ToolResult result = await _machine.RunAsync();

        Assert.Equal((0, ""), (result.Code, result.Output));
        Assert.EndsWith("install --yes --no-install-recommends --no-remove openmpi-bin\n", _machine.Log, StringComparison.Ordinal);
        Assert.EndsWith("Tests that need Open MPI will be skipped.\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fresh_package_lists_are_read_where_the_old_ones_do_not_do()
    {
        Apt("""case "$(< "$LOG")" in *update*) : > "$LOG.installed";; *) exit 100;; esac""");

        ToolResult result = await _machine.RunAsync();

        Assert.Equal(0, result.Code);
        Assert.DoesNotContain(Skipped, result.Error, StringComparison.Ordinal);
        Assert.Contains("update", _machine.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apt-get failed", "exit 100")]
    [InlineData("still no python3", "exit 0")]
    public async Task A_failure_is_told_and_is_not_fatal(string told, string onInstall)
    {
        Apt(onInstall);

        ToolResult result = await _machine.RunAsync();

        Assert.Equal(0, result.Code);
        Assert.Contains(told, result.Error, StringComparison.Ordinal);
        Assert.Contains(Skipped, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_root_and_sudo_it_is_told()
    {
        _machine.Program("id", "echo 1000");
        _machine.Program("sudo", "exit 1");

        ToolResult result = await _machine.RunAsync();

        Assert.Equal(0, result.Code);
        Assert.Contains(Skipped, result.Error, StringComparison.Ordinal);
        Assert.Empty(_machine.Log);
    }

    [Fact]
    public async Task Without_root_sudo_without_a_password_is_used()
    {
        _machine.Program("id", "echo 1000");
        _machine.Program("sudo", """echo sudo "$1" >> "$LOG"; shift; exec "$@" """);

        ToolResult result = await _machine.RunAsync();

        Assert.Equal(0, result.Code);
        Assert.Contains("sudo -n", _machine.Log, StringComparison.Ordinal);
        Assert.Contains("python3-torch", _machine.Log, StringComparison.Ordinal);
    }
}
