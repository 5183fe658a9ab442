using Microsoft.ML.OnnxRuntime;

namespace Panoptes.Onnx;

/// <summary>ONNX Runtime's execution providers: their names, where each comes from, and how a session is given one.</summary>
internal static class Providers
{
    /// <summary>The name that people know.</summary>
    public static string NameOf(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cuda => "CUDA",
        ExecutionProvider.TensorRt => "TensorRT",
        ExecutionProvider.DirectMl => "DirectML",
        ExecutionProvider.CoreMl => "CoreML",
        ExecutionProvider.OpenVino => "OpenVINO",
        _ => "CPU",
    };

    /// <summary>The NuGet package whose native library has it.</summary>
    public static string PackageOf(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cuda or ExecutionProvider.TensorRt => "Microsoft.ML.OnnxRuntime.Gpu",
        ExecutionProvider.DirectMl => "Microsoft.ML.OnnxRuntime.DirectML",
        ExecutionProvider.OpenVino => "Intel.ML.OnnxRuntime.OpenVino",
        _ => OrtLoader.Package,
    };

    /// <summary>Whether its devices are GPUs with numbers.</summary>
    internal static bool HasDevices(ExecutionProvider provider) =>
        provider is ExecutionProvider.Cuda or ExecutionProvider.TensorRt or ExecutionProvider.DirectMl;

    /// <summary>Whether it exists for the system that this process runs on.</summary>
    public static bool IsForThisSystem(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cuda or ExecutionProvider.TensorRt or ExecutionProvider.OpenVino =>
            OperatingSystem.IsLinux() || OperatingSystem.IsWindows(),
        ExecutionProvider.DirectMl => OperatingSystem.IsWindows(),
        ExecutionProvider.CoreMl => OperatingSystem.IsMacOS() || OperatingSystem.IsIOS() || OperatingSystem.IsMacCatalyst(),
        _ => true,
    };

    /// <summary>Those of a library, from the names that it gives them; others are skipped.</summary>
    internal static IReadOnlyList<ExecutionProvider> Parse(IReadOnlyCollection<string> names) =>
        [.. Enum.GetValues<ExecutionProvider>().Where(provider => names.Contains(OrtNameOf(provider)))];

    /// <summary>Why a provider cannot be used, in a sentence, and what to do about it in another one; null where it is there.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="available">What the library has.</param>
    /// <param name="version">The library's version.</param>
    internal static string? Missing(ExecutionProvider provider, IReadOnlyList<ExecutionProvider> available, string version)
    {
        if (available.Contains(provider))
        {
            return null;
        }

        string name = NameOf(provider), has = string.Join(", ", available.Select(NameOf));
        string advice = IsForThisSystem(provider)
            ? $"Add the NuGet package {PackageOf(provider)} to the application, or let {OnnxRuntime.Variable} name its native library."
            : $"{name} is for {SystemsOf(provider)} only.";
        return $"ONNX Runtime {version} was found without {name} (it has {has}). {advice}";
    }

    /// <summary>What must be installed for a provider that the library has and that could not be started.</summary>
    internal static string NeedsOf(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cuda => "CUDA needs an NVIDIA driver, the CUDA toolkit and cuDNN of the versions that the package is built for.",
        ExecutionProvider.TensorRt => "TensorRT needs what CUDA needs, and TensorRT of the version that the package is built for.",
        ExecutionProvider.DirectMl => "DirectML needs a GPU with a driver for DirectX 12.",
        ExecutionProvider.OpenVino => "OpenVINO needs a driver for the device that 'device_type' names.",
        _ => "Look at OnnxOptions.ProviderSettings.",
    };

    /// <summary>Gives a session the provider of its options.</summary>
    /// <exception cref="OnnxRuntimeException">The provider cannot be loaded, or does not know a setting.</exception>
    internal static void Append(SessionOptions session, OnnxOptions options)
    {
        Dictionary<string, string> settings = new(options.ProviderSettings);
        if (HasDevices(options.Provider))
        {
            settings.TryAdd("device_id", options.Device.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        switch (options.Provider)
        {
            case ExecutionProvider.Cuda:
                AppendCuda(session, settings);
                break;
            case ExecutionProvider.TensorRt:
                using (OrtTensorRTProviderOptions tensorRt = new())
                {
                    tensorRt.UpdateOptions(settings);
                    session.AppendExecutionProvider_Tensorrt(tensorRt);
                }

                AppendCuda(session, new() { ["device_id"] = settings["device_id"] }); // what TensorRT cannot run
                break;
            case ExecutionProvider.CoreMl:
                settings.TryAdd("ModelFormat", "MLProgram"); // the older format knows fewer operators
                session.AppendExecutionProvider("CoreML", settings);
                break;
            case ExecutionProvider.DirectMl:
                session.AppendExecutionProvider("DML", settings);
                break;
            case ExecutionProvider.OpenVino:
                session.AppendExecutionProvider("OpenVINO", settings);
                break;
        }
    }

    private static void AppendCuda(SessionOptions session, Dictionary<string, string> settings)
    {
        // The default tries every algorithm for each new size of image.
        settings.TryAdd("cudnn_conv_algo_search", "HEURISTIC");
        using OrtCUDAProviderOptions cuda = new();
        cuda.UpdateOptions(settings);
        session.AppendExecutionProvider_CUDA(cuda);
    }

    private static string OrtNameOf(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cuda => "CUDAExecutionProvider",
        ExecutionProvider.TensorRt => "TensorrtExecutionProvider",
        ExecutionProvider.DirectMl => "DmlExecutionProvider",
        ExecutionProvider.CoreMl => "CoreMLExecutionProvider",
        ExecutionProvider.OpenVino => "OpenVINOExecutionProvider",
        _ => "CPUExecutionProvider",
    };

    private static string SystemsOf(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.DirectMl => "Windows",
        ExecutionProvider.CoreMl => "macOS",
        _ => "Linux and Windows",
    };
}
