using Panoptes.Onnx;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>ONNX Runtime, which runs exported models: its library, its execution providers, one run. Training does without it.</summary>
internal static class OnnxCheck
{
    private const string Area = "ONNX Runtime";

    /// <summary>Loads the library and lets it compute one number.</summary>
    public static IEnumerable<Finding> Run()
    {
        try
        {
            return [Library(), ProvidersFound(OnnxRuntime.Providers, File.Exists("/dev/nvidia0")), Try()];
        }
        catch (Exception exception) when (exception is DllNotFoundException or InputException)
        {
            return [Finding.Warn(Area, "library", "no usable library: ONNX models cannot run", exception.Message)];
        }
    }

    /// <summary>The providers that a library has, those that it could have on this system, and the packages that bring them.</summary>
    /// <param name="available">Those of the library.</param>
    /// <param name="hasNvidia">Whether the machine has an NVIDIA GPU.</param>
    public static Finding ProvidersFound(IReadOnlyList<ExecutionProvider> available, bool hasNvidia)
    {
        const string name = "providers";
        string has = string.Join(", ", available.Select(OnnxRuntime.NameOf));
        string missing = string.Join("; ", Enum.GetValues<ExecutionProvider>()
            .Where(provider => OnnxRuntime.IsForThisSystem(provider) && !available.Contains(provider))
            .GroupBy(OnnxRuntime.PackageOf, OnnxRuntime.NameOf)
            .Select(package => $"{string.Join(" and ", package)} with the package {package.Key}"));
        string value = missing.Length == 0 ? has : $"{has}; not here: {missing}";
        return hasNvidia && !available.Contains(ExecutionProvider.Cuda)
            ? Finding.Warn(
                Area,
                name,
                value,
                $"This machine has an NVIDIA device: set {OnnxRuntime.Variable} to the native library of the package "
                + $"{OnnxRuntime.PackageOf(ExecutionProvider.Cuda)}; an application references that package.")
            : Finding.Ok(Area, name, value);
    }

    private static Finding Library()
    {
        bool isNamed = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(OnnxRuntime.Variable));
        string source = isNamed ? $"named by {OnnxRuntime.Variable}" : "of the tool's packages";
        Version managed = typeof(Microsoft.ML.OnnxRuntime.OrtEnv).Assembly.GetName().Version!;
        string value = $"{OnnxRuntime.Version}, {source} (managed part {managed.ToString(3)})";
        return Finding.Ok(Area, "library", value, OnnxRuntime.LibraryPath);
    }

    private static Finding Try()
    {
        const string name = "run";
        return OnnxRuntime.FindProblem() is { } problem
            ? Finding.Warn(Area, name, problem, $"Set {OnnxRuntime.Variable} to another ONNX Runtime.")
            : Finding.Ok(Area, name, $"works, {Environment.ProcessorCount} threads");
    }
}
