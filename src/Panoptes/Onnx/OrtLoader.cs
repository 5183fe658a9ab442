using System.Reflection;
using System.Runtime.InteropServices;

namespace Panoptes.Onnx;

/// <summary>Finds ONNX Runtime's native library, and says what to do if it is missing.</summary>
internal static class OrtLoader
{
    /// <summary>The NuGet package with the ordinary library.</summary>
    public const string Package = "Microsoft.ML.OnnxRuntime";

    /// <summary>The names of the library on this system, the likeliest first.</summary>
    public static IReadOnlyList<string> FileNames { get; } =
        OperatingSystem.IsWindows() ? ["onnxruntime.dll"]
        : OperatingSystem.IsMacOS() ? ["libonnxruntime.dylib", "libonnxruntime.1.dylib"]
        : ["libonnxruntime.so", "libonnxruntime.so.1"];

    /// <summary>Whether a file has one of the names, or one with a longer version.</summary>
    public static bool IsLibrary(string fileName) => FileNames.Any(
        name => fileName.Equals(name, StringComparison.OrdinalIgnoreCase) || fileName.StartsWith($"{name}.", StringComparison.Ordinal));

    /// <summary>Loads the library.</summary>
    /// <param name="package">The managed package, whose native assets the application's own files name.</param>
    /// <exception cref="InputException">The variable is set, and there is no such library.</exception>
    /// <exception cref="DllNotFoundException">There is no library, or it cannot be loaded.</exception>
    public static nint Load(Assembly package)
    {
        IReadOnlyList<string> folders = Folders(AppContext.BaseDirectory);
        if (Find(Environment.GetEnvironmentVariable(OnnxRuntime.Variable), folders) is { } file)
        {
            return Load(file);
        }

        foreach (string name in FileNames)
        {
            if (NativeLibrary.TryLoad(name, package, null, out nint library))
            {
                return library;
            }
        }

        throw new DllNotFoundException(Missing(folders));
    }

    /// <summary>What to do without a library.</summary>
    /// <param name="folders">Where it was looked for.</param>
    public static string Missing(IReadOnlyList<string> folders) =>
        $"ONNX Runtime's native library is missing: no {string.Join(" or ", FileNames)} in {string.Join(", ", folders)} or among the "
        + $"system's libraries. Add the NuGet package {Package} to the application (or the one of a GPU build, such as "
        + $"{Package}.Gpu), or let {OnnxRuntime.Variable} name the library or its folder.";

    /// <summary>The folders of an application that may hold the library.</summary>
    /// <param name="application">The application's folder.</param>
    public static IReadOnlyList<string> Folders(string application)
    {
        // NuGet's names of systems; .NET's own may name a distribution.
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        string rid = $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        string folder = Path.TrimEndingDirectorySeparator(application);
        return [folder, Path.Combine(folder, "runtimes", rid, "native")];
    }

    /// <summary>Looks for the library's file.</summary>
    /// <param name="named">
    /// What the variable says: the library, its folder, or the folder above its lib; null or empty where it is not set.
    /// </param>
    /// <param name="folders">Where to look otherwise, in order.</param>
    /// <returns>The file, or null where only the system may still know one.</returns>
    /// <exception cref="InputException">The variable is set, and there is no such library.</exception>
    public static string? Find(string? named, IReadOnlyList<string> folders)
    {
        if (string.IsNullOrEmpty(named))
        {
            return FirstIn(folders);
        }

        return File.Exists(named)
            ? named
            : FirstIn([named, Path.Combine(named, "lib")]) ?? throw new InputException(
                InputErrorKind.NotFound, OnnxRuntime.Variable, null,
                $"no such library ({named}). Name the library {string.Join(" or ", FileNames)}, or its folder.");
    }

    /// <summary>Loads a file.</summary>
    /// <exception cref="DllNotFoundException">It is not a library that this process can load.</exception>
    public static nint Load(string file)
    {
        try
        {
            return NativeLibrary.Load(Path.GetFullPath(file));
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            // .NET's own words stand in the first line, the system's reason in the last.
            string reason = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Trim();
            throw new DllNotFoundException($"ONNX Runtime cannot be loaded from {file}: {reason}", error);
        }
    }

    private static string? FirstIn(IReadOnlyList<string> folders) =>
        folders.SelectMany(folder => FileNames.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
