using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Commands.Doctor;
using Panoptes.Cli.Terminal;
using Panoptes.Onnx;

namespace Panoptes.Cli.Tests.Doctor;

public class DoctorCommandTests
{
    private const string BlasFile = "/usr/lib/blas/libblas.so.3";

    private static readonly Finding s_good = Finding.Ok("machine", "memory", "16 GiB");
    private static readonly Finding s_slow = Finding.Warn("libtorch", "BLAS", "reference", "apt-get install x", BlasFile);
    private static readonly Finding s_broken = Finding.Fail("libtorch", "libtorch", "not found", "run ./build.sh");

    private static async Task<ToolResult> RunAsync(IEnumerable<Finding> findings, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        using ToolConsole console = new(output, error);
        DoctorCommand command = new(console, () => findings);
        InvocationConfiguration invocation = new() { Output = output, Error = error };
        int code = await command.Parse(arguments).InvokeAsync(invocation, TestContext.Current.CancellationToken);
        return new ToolResult(code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task The_report_is_grouped_and_says_what_to_do()
    {
        ToolResult result = await RunAsync([s_good, s_slow]);

        Assert.Equal(0, result.Code);
        Assert.Equal(
            """
            machine
              ok    memory  16 GiB
            libtorch
              warn  BLAS    reference  (/usr/lib/blas/libblas.so.3)
                            -> apt-get install x

            Training can work here; 1 warning.

            """,
            result.Output);
    }

    [Fact]
    public async Task A_problem_means_that_training_cannot_work_and_exit_code_1()
    {
        ToolResult result = await RunAsync([s_good, s_broken]);

        Assert.Equal(1, result.Code);
        Assert.Contains("FAIL  libtorch", result.Output, StringComparison.Ordinal);
        Assert.Contains("Training cannot work here: 1 problem.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_holds_every_finding()
    {
        ToolResult result = await RunAsync([s_good, s_slow, s_broken], "--json");

        JsonElement json = result.Json();
        Assert.Equal(1, result.Code);
        Assert.False(json.GetProperty("ok").GetBoolean());
        IEnumerable<string?> statuses = json.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("status").GetString());
        Assert.Equal(["ok", "warning", "problem"], statuses);
        JsonElement slow = json.GetProperty("findings")[1];
        Assert.Equal("libtorch", slow.GetProperty("area").GetString());
        Assert.Equal("BLAS", slow.GetProperty("name").GetString());
        Assert.Equal("reference", slow.GetProperty("value").GetString());
        Assert.Equal(BlasFile, slow.GetProperty("path").GetString());
        Assert.Equal("apt-get install x", slow.GetProperty("advice").GetString());
    }

    [Fact]
    public async Task On_this_machine_the_real_libraries_are_found()
    {
        ToolResult result = await ToolRunner.RunProcessAsync(["doctor", "--json"]);

        Assert.Equal(0, result.Code);
        Dictionary<string, JsonElement> findings = result.Json().GetProperty("findings").EnumerateArray()
            .ToDictionary(f => f.GetProperty("name").GetString()!);
        Assert.Contains("libtorch_cpu.so", findings["libtorch"].GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.Contains(
            findings["own kernels"].GetProperty("value").GetString()!.Split(':')[0], (string[])["AVX-512", "AVX2", "none without AVX2"]);
        Assert.Matches(@"^8\.\d+\.\d+$", findings["libvips"].GetProperty("value").GetString());
        Assert.Contains("libvips", Path.GetFileName(findings["libvips"].GetProperty("path").GetString()), StringComparison.Ordinal);
        Assert.Equal("ok", findings["formats"].GetProperty("status").GetString());
        Assert.Equal(
            "PNG, BMP, JPEG, WebP, TIFF, GIF, AVIF are read; JPEG, PNG and WebP are written",
            findings["formats"].GetProperty("value").GetString());
    }

    [Fact]
    public async Task Onnx_runtime_is_found_and_tried()
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");

        ToolResult result = await ToolRunner.RunProcessAsync(["doctor"]);

        Assert.Equal(0, result.Code);
        Assert.Matches(
            @"ONNX Runtime\n  ok    library +1\.\d+\.\d+, of the tool's packages \(managed part 1\.\d+\.\d+\)  \(.*onnxruntime.*\)\n"
            + @"  (ok  |warn)  providers +CPU.*\n(.*\n)?  ok    run +works, \d+ threads\n",
            result.Output);
    }

    [Fact]
    public void Providers_that_are_missing_come_with_their_packages()
    {
        Finding plain = OnnxCheck.ProvidersFound([ExecutionProvider.Cpu], hasNvidia: false);
        Finding nvidia = OnnxCheck.ProvidersFound([ExecutionProvider.Cpu], hasNvidia: true);
        Finding cuda = OnnxCheck.ProvidersFound([ExecutionProvider.Cpu, ExecutionProvider.Cuda], hasNvidia: true);

        Assert.Equal([FindingStatus.Good, FindingStatus.Warning, FindingStatus.Good], new[] { plain, nvidia, cuda }.Select(f => f.Status));
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", nvidia.Advice, StringComparison.Ordinal);
        Assert.StartsWith("CPU, CUDA", cuda.Value, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(
                "CPU; not here: CUDA and TensorRT with the package Microsoft.ML.OnnxRuntime.Gpu; OpenVINO with the package "
                + "Intel.ML.OnnxRuntime.OpenVino",
                plain.Value);
        }
    }

    [Fact]
    public async Task Without_onnx_runtime_the_doctor_warns_and_training_still_works()
    {
        ToolResult result = await ToolRunner.RunProcessAsync(["doctor"], start => start.Environment[OnnxRuntime.Variable] = "/nowhere");

        Assert.Equal(0, result.Code);
        Assert.Matches(@"ONNX Runtime\n  warn  library +no usable library", result.Output);
        Assert.Contains("-> PANOPTES_ONNXRUNTIME: no such library (/nowhere)", result.Output, StringComparison.Ordinal);
        Assert.Contains("Training can work here;", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "ok", "AVX2")]
    [InlineData("DOTNET_EnableAVX2", "warn", "none without AVX2")]
    public async Task Missing_vector_units_are_told(string variable, string status, string units)
    {
        ToolResult result = await ToolRunner.RunProcessAsync(["doctor"], start => start.Environment[variable] = "0");

        Assert.Equal(0, result.Code);
        Assert.Matches($"{status} +own kernels +{units}", result.Output);
    }

    [Fact]
    public async Task A_folder_without_libtorch_is_a_problem_that_says_what_to_do()
    {
        ToolResult result = await ToolRunner.RunProcessAsync(["doctor"], start => start.Environment["PANOPTES_LIBTORCH"] = "/nowhere");

        Assert.Equal(1, result.Code);
        Assert.Matches("FAIL +libtorch +libtorch_cpu.so was not found in /nowhere", result.Output);
        Assert.Contains("libtorch-cpu-", result.Output, StringComparison.Ordinal);
        Assert.Contains("Training cannot work here", result.Output, StringComparison.Ordinal);
    }
}
