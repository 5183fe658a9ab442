namespace Panoptes.Cli.Tests;

/// <summary>eng/install.sh on pretended machines: every program it runs is replaced by one that plays a part and keeps a record.</summary>
public sealed class InstallScriptTests : IDisposable
{
    private const string AllLibraries = """
        	libtorch_cpu.so (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libtorch_cpu.so
        	libturbojpeg.so.0 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libturbojpeg.so.0
        	libspng.so.0 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libspng.so.0
        	libopenblas.so.0 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libopenblas.so.0
        	libblas.so.3 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libblas.so.3
        """;

    private readonly TemporaryFolder _machine = new();

    public InstallScriptTests()
    {
        foreach (string tool in new[] { "grep", "sed", "head", "readlink", "env", "uname", "cat", "rm" })
            File.CreateSymbolicLink(_machine.Full(tool), Find(tool));
        Program("dotnet", "echo '10.0.100 [/usr/share/dotnet/sdk]'");
        Program("g++", "");
        Program("cmake", "");
        Program("make", "");
        Program("id", "echo 0");
        Program("apt-cache", "echo \"  Candidate: 1.0\"");
        Program(
            "apt-get",
            $"""
            echo "$@" >> {_machine.Full("apt.log")}
            case "$*" in *install*) cat {_machine.Full("all")} > {_machine.Full("libraries")};; esac
            """);
        Program("ldconfig", $"cat {_machine.Full("libraries")}");
        _machine.Write("all", AllLibraries + "\n");
        Lose();
    }

    public void Dispose() => _machine.Dispose();

    private static string Find(string tool) => new[] { "/usr/bin/", "/bin/" }.Select(d => d + tool).First(File.Exists);

    private void Program(string name, string script)
    {
        string path = _machine.Write(name, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Takes libraries away from the pretended machine until apt-get installs something.</summary>
    private void Lose(params string[] libraries)
    {
        string text = AllLibraries;
        foreach (string library in libraries) text = text.Replace(library, "other.so", StringComparison.Ordinal);
        _machine.Write("libraries", text + "\n");
    }

    private string AptLog() => File.Exists(_machine.Full("apt.log")) ? File.ReadAllText(_machine.Full("apt.log")) : "";

    private Task<ToolResult> InstallAsync(string? libtorch = null) =>
        ToolRunner.RunProgramAsync("/bin/bash", [Repository.Require("eng/install.sh")], start =>
        {
            start.Environment["PATH"] = _machine.Path;
            start.Environment.Remove("PANOPTES_LIBTORCH");
            if (libtorch is not null) start.Environment["PANOPTES_LIBTORCH"] = libtorch;
            start.RedirectStandardInput = true;
        });

    [Fact]
    public async Task Where_all_is_there_nothing_is_said_and_nothing_done()
    {
        ToolResult result = await InstallAsync();

        Assert.Equal(new ToolResult(0, "", ""), result);
        Assert.Empty(AptLog());
    }

    [Fact]
    public async Task What_is_missing_is_named_and_installed()
    {
        Lose("libspng.so.0");

        ToolResult result = await InstallAsync();

        Assert.Equal(0, result.Code);
        Assert.Contains("Installing with apt-get: libspng0.", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"install --yes --no-install-recommends --no-remove libspng0\n$", AptLog());
        Assert.DoesNotContain("update", AptLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_lists_are_read_only_where_they_lack_the_package()
    {
        Program("apt-cache", "exit 0");
        Lose("libspng.so.0");

        ToolResult result = await InstallAsync();

        Assert.Equal(0, result.Code);
        Assert.Contains("update", AptLog().Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_root_and_sudo_the_command_is_printed()
    {
        Program("id", "echo 1000");
        Lose("libspng.so.0");

        ToolResult result = await InstallAsync();

        Assert.Equal(1, result.Code);
        Assert.Contains("apt-get install --yes --no-install-recommends libspng0", result.Error, StringComparison.Ordinal);
        Assert.Empty(AptLog());
    }

    [Fact]
    public async Task Without_root_but_with_sudo_sudo_is_used()
    {
        Program("id", "echo 1000");
        Program("sudo", $"echo sudo >> {_machine.Full("apt.log")}; [ \"$1\" = -n ] && shift; exec \"$@\"");
        Program("true", "exit 0");
        Lose("libspng.so.0");

        ToolResult result = await InstallAsync();

        Assert.Equal(0, result.Code);
        Assert.Contains("sudo", AptLog(), StringComparison.Ordinal);
        Assert.Contains("libspng0", AptLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_libtorch_of_ones_own_needs_no_package_of_it()
    {
        _machine.Write("torch/lib/libtorch_cpu.so");
        Lose("libtorch_cpu.so", "libopenblas.so.0");

        ToolResult result = await InstallAsync(_machine.Full("torch"));

        Assert.Equal(0, result.Code);
        Assert.Empty(AptLog());
    }

    [Fact]
    public async Task A_wrong_libtorch_of_ones_own_is_named()
    {
        ToolResult result = await InstallAsync("/nowhere");

        result.ShouldFailWith(1, "PANOPTES_LIBTORCH", "/nowhere");
    }

    [Fact]
    public async Task Without_the_sdk_it_says_where_to_get_it()
    {
        Program("dotnet", "exit 1");

        ToolResult result = await InstallAsync();

        result.ShouldFailWith(1, ".NET SDK 10", "https://");
    }
}
