using System.Runtime.InteropServices;
using Panoptes.Inference;
using Panoptes.Onnx;

namespace Panoptes.Tests.Onnx;

/// <summary>Execution providers: what is said where one is missing, and the way back to the CPU.</summary>
public sealed class OnnxProviderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-onnx-").FullName;

    private string ModelPath => Path.Combine(_folder, "tiny.onnx");

    public static TheoryData<ExecutionProvider, string> Packages { get; } = new()
    {
        { ExecutionProvider.Cuda, "Microsoft.ML.OnnxRuntime.Gpu" },
        { ExecutionProvider.TensorRt, "Microsoft.ML.OnnxRuntime.Gpu" },
        { ExecutionProvider.DirectMl, "Microsoft.ML.OnnxRuntime.DirectML" },
        { ExecutionProvider.CoreMl, "Microsoft.ML.OnnxRuntime" },
        { ExecutionProvider.OpenVino, "Intel.ML.OnnxRuntime.OpenVino" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_package_of_the_tests_has_a_library_for_this_system()
    {
        Assert.SkipWhen(
            OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.X64,
            "ONNX Runtime has no library for Macs with Intel processors.");

        Assert.True(OnnxRuntime.IsAvailable);
        Assert.Contains(ExecutionProvider.Cpu, OnnxRuntime.Providers);
        Assert.StartsWith("1.31.", OnnxRuntime.Version, StringComparison.Ordinal);
        if (!OperatingSystem.IsMacOS()) // which does not tell
        {
            Assert.Equal(AppContext.BaseDirectory, Path.GetDirectoryName(OnnxRuntime.LibraryPath) + Path.DirectorySeparatorChar);
        }
    }

    [Fact]
    public void The_cpu_needs_no_fallback()
    {
        using OnnxNetwork network = OnnxNetwork.Load(Write(), new OnnxOptions { Fallback = true });

        Assert.Equal((ExecutionProvider.Cpu, null), (network.Provider, network.FallbackReason));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void With_fallback_the_cpu_runs_the_network_and_the_reason_is_told(ExecutionProvider provider, string package)
    {
        Assert.SkipWhen(OnnxRuntime.Providers.Contains(provider), "This ONNX Runtime has the provider.");

        using OnnxNetwork network = OnnxNetwork.Load(Write(), new OnnxOptions { Provider = provider, Fallback = true });
        using NetworkInput input = TinyOnnx.Images(1, 32, 32, seed: 1);
        using NetworkOutput output = network.Run(input, TestContext.Current.CancellationToken);

        Assert.Equal(ExecutionProvider.Cpu, network.Provider);
        ShouldSayWhatToDo(network.FallbackReason!, provider, package);
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Without_fallback_a_missing_provider_is_an_error(ExecutionProvider provider, string package)
    {
        Assert.SkipWhen(OnnxRuntime.Providers.Contains(provider), "This ONNX Runtime has the provider.");

        InputException error = Assert.Throws<InputException>(() => OnnxNetwork.Load(Write(), new OnnxOptions { Provider = provider }));

        Assert.StartsWith("OnnxOptions.Provider: ", error.Message, StringComparison.Ordinal);
        ShouldSayWhatToDo(error.Message, provider, package);
    }

    [Fact]
    public void A_file_that_cannot_be_run_anywhere_is_told_before_the_provider()
    {
        File.WriteAllText(ModelPath, "no model");

        InputException error = Assert.Throws<InputException>(
            () => OnnxNetwork.Load(ModelPath, new OnnxOptions { Provider = ExecutionProvider.Cuda }));

        Assert.StartsWith(ModelPath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_providers_are_those_of_the_library() => Assert.Equal(
        Enum.GetValues<ExecutionProvider>(),
        Providers.Parse(
        [
            "TensorrtExecutionProvider", "CUDAExecutionProvider", "DmlExecutionProvider", "CoreMLExecutionProvider",
            "OpenVINOExecutionProvider", "AzureExecutionProvider", "CPUExecutionProvider",
        ]));

    [Fact]
    public void Wrong_options_are_named()
    {
        ShouldRefuse(new OnnxOptions { Threads = -1 }, "OnnxOptions.Threads", "-1");
        ShouldRefuse(new OnnxOptions { Provider = (ExecutionProvider)42 }, "OnnxOptions.Provider", "42", "OpenVino");
        ShouldRefuse(new OnnxOptions { Provider = ExecutionProvider.Cuda, Device = -2 }, "OnnxOptions.Device", "-2");
        ShouldRefuse(new OnnxOptions { Provider = ExecutionProvider.CoreMl, Device = 1 }, "OnnxOptions.Device", "CoreML");
        ShouldRefuse(
            new OnnxOptions { ProviderSettings = new Dictionary<string, string> { ["device_type"] = "GPU" } },
            "OnnxOptions.ProviderSettings",
            "device_type");
        new OnnxOptions { Provider = ExecutionProvider.TensorRt, Device = 3, Threads = 2 }.Validate();
    }

    private static void ShouldRefuse(OnnxOptions options, string place, params string[] parts)
    {
        InputException error = Assert.Throws<InputException>(options.Validate);

        Assert.StartsWith($"{place}: ", error.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private static void ShouldSayWhatToDo(string message, ExecutionProvider provider, string package)
    {
        string advice = Providers.IsForThisSystem(provider)
            ? $"Add the NuGet package {package} to the application"
            : $"{Providers.NameOf(provider)} is for ";
        string problem = $"ONNX Runtime {OnnxRuntime.Version} was found without {Providers.NameOf(provider)}";
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.Contains(advice, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    private string Write()
    {
        File.WriteAllBytes(ModelPath, TinyOnnx.EmbedMask().Build(TinyOnnx.Card.ToJson()));
        return ModelPath;
    }
}
