using System.Text.RegularExpressions;

namespace Panoptes.Cli.Tests;

/// <summary>eng/install.sh on pretended machines: every program it runs is replaced by one that plays a part and keeps a record.</summary>
public sealed class InstallScriptTests : IDisposable
{
    private const string Script = "eng/install.sh";
    private const string OnnxRuntime = "project/artifacts/onnxruntime/libonnxruntime.so.1";

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
        string[] tools =
        [
            "grep", "sed", "head", "readlink", "env", "uname", "cat", "rm", "dirname", "mkdir", "mktemp", "mv", "tar", "gzip",
        ];
        foreach (string tool in tools)
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
        _machine.Write(OnnxRuntime, "the library");
        _machine.Write("project/artifacts/onnxruntime/version", VersionIn(File.ReadAllText(Repository.Require(Script))));
        _machine.Write($"project/{Script}", File.ReadAllText(Repository.Require(Script)));
    }

    public void Dispose() => _machine.Dispose();

    private static string Find(string tool) => new[] { "/usr/bin/", "/bin/" }.Select(d => d + tool).First(File.Exists);

    private void Program(string name, string script)
    {
        string path = _machine.Write(name, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string VersionIn(string script) => Regex.Match(script, "^onnx_version=(.*)$", RegexOptions.Multiline).Groups[1].Value;

    /// <summary>Takes ONNX Runtime away, and gives a program that answers each download with a package of its own making.</summary>
    private void LoseOnnxRuntime(string client = "curl")
    {
        File.Delete(_machine.Full(OnnxRuntime));
        _machine.Write("package/bin/napi-v6/linux/x64/libonnxruntime.so.1", "fetched for x64");
        _machine.Write("package/bin/napi-v6/linux/arm64/libonnxruntime.so.1", "fetched for arm64");
        Program("uname", "echo Linux x86_64");
        Program(
            client,
            $$"""
            echo "$@" >> {{_machine.Full("download.log")}}
            version="$(cat {{_machine.Full("project/artifacts/onnxruntime/version")}})"
            while [ $# -gt 0 ]; do
                case "$1" in
                    --output) target="$2" ;;
                    --output-document=*) target="${1#*=}" ;;
                    --pack-destination) target="$2/onnxruntime-node-$version.tgz" ;;
                esac
                shift
            done
            cd {{_machine.Path}} && tar -czf "$target" package
            """);
    }

    /// <summary>Takes libraries away from the pretended machine until apt-get installs something.</summary>
    private void Lose(params string[] libraries)
    {
        string text = AllLibraries;
        foreach (string library in libraries) text = text.Replace(library, "other.so", StringComparison.Ordinal);
        _machine.Write("libraries", text + "\n");
    }

    private string AptLog() => File.Exists(_machine.Full("apt.log")) ? File.ReadAllText(_machine.Full("apt.log")) : "";

    private Task<ToolResult> InstallAsync(string? libtorch = null, string? onnxRuntime = null) =>
        ToolRunner.RunProgramAsync("/bin/bash", [_machine.Full($"project/{Script}")], start =>
        {
            start.Environment["PATH"] = _machine.Path;
            start.Environment.Remove("PANOPTES_LIBTORCH");
            start.Environment.Remove("PANOPTES_ONNXRUNTIME");
            if (onnxRuntime is not null) start.Environment["PANOPTES_ONNXRUNTIME"] = onnxRuntime;
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

    [Theory]
    [InlineData("npm", @"onnxruntime-node@[0-9.]+$")]
    [InlineData("curl", @"https://registry\.npmjs\.org/onnxruntime-node/-/onnxruntime-node-[0-9.]+\.tgz$")]
    [InlineData("wget", @"https://registry\.npmjs\.org/onnxruntime-node/-/onnxruntime-node-[0-9.]+\.tgz$")]
    public async Task Onnx_runtime_is_fetched_once_with_what_the_machine_has(string client, string asked)
    {
        LoseOnnxRuntime(client);
        Program("sha512sum", "cat > /dev/null"); // content with every file

        ToolResult first = await InstallAsync(), second = await InstallAsync();

        Assert.Equal(0, first.Code);
        Assert.Contains("Fetching ONNX Runtime", first.Error, StringComparison.Ordinal);
        Assert.Equal("fetched for x64", File.ReadAllText(_machine.Full(OnnxRuntime)));
        Assert.Equal(new ToolResult(0, "", ""), second);
        Assert.Matches(asked, Assert.Single(File.ReadAllLines(_machine.Full("download.log"))));
        Assert.Equal(2, Directory.GetFileSystemEntries(Path.GetDirectoryName(_machine.Full(OnnxRuntime))!).Length); // with its version
    }

    [Fact]
    public async Task An_onnx_runtime_of_another_version_is_replaced()
    {
        LoseOnnxRuntime();
        Program("sha512sum", "cat > /dev/null");
        _machine.Write(OnnxRuntime, "an old one");
        _machine.Write("project/artifacts/onnxruntime/version", "1.2.3");

        await InstallAsync();

        Assert.Equal("fetched for x64", File.ReadAllText(_machine.Full(OnnxRuntime)));
    }

    [Fact]
    public async Task What_is_not_the_file_that_was_expected_is_not_used()
    {
        LoseOnnxRuntime();
        File.CreateSymbolicLink(_machine.Full("sha512sum"), Find("sha512sum"));

        ToolResult result = await InstallAsync();

        Assert.Equal(0, result.Code);
        Assert.Contains("its SHA-512 is another", result.Error, StringComparison.Ordinal);
        Assert.Contains("Going on without ONNX Runtime", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_machine.Full(OnnxRuntime)));
    }

    [Fact]
    public async Task Without_a_network_everything_else_goes_on()
    {
        LoseOnnxRuntime();
        Program("curl", "echo 'Could not resolve host' >&2; exit 6");

        ToolResult result = await InstallAsync();

        Assert.Equal(0, result.Code);
        Assert.Contains("Could not resolve host", result.Error, StringComparison.Ordinal);
        Assert.Contains("Going on without ONNX Runtime", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_onnx_runtime_of_ones_own_is_not_fetched()
    {
        LoseOnnxRuntime();

        ToolResult result = await InstallAsync(onnxRuntime: "/opt/onnxruntime");

        Assert.Equal(new ToolResult(0, "", ""), result);
    }
}
