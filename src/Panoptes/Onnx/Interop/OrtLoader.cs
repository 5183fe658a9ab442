using System.Runtime.InteropServices;

namespace Panoptes.Onnx.Interop;

/// <summary>Finds ONNX Runtime, and says what to do where there is none.</summary>
internal static class OrtLoader
{
    /// <summary>The names of the library on this system, the likeliest first.</summary>
    public static IReadOnlyList<string> FileNames { get; } =
        OperatingSystem.IsWindows() ? ["onnxruntime.dll"]
        : OperatingSystem.IsMacOS() ? ["libonnxruntime.dylib", "libonnxruntime.1.dylib"]
        : ["libonnxruntime.so.1", "libonnxruntime.so"];

    /// <summary>Loads the library.</summary>
    /// <exception cref="InputException">The variable is set, and there is no such library.</exception>
    /// <exception cref="DllNotFoundException">There is no library, or it cannot be loaded.</exception>
    public static nint Load()
    {
        IReadOnlyList<string> folders = Folders(AppContext.BaseDirectory, Path.GetDirectoryName(typeof(OrtLoader).Assembly.Location));
        if (Find(Environment.GetEnvironmentVariable(OnnxRuntime.Variable), folders) is { } file)
        {
            return Load(file);
        }

        foreach (string name in FileNames)
        {
            if (NativeLibrary.TryLoad(name, typeof(OrtLoader).Assembly, null, out nint library))
            {
                return library;
            }
        }

        throw new DllNotFoundException(
            $"ONNX Runtime is missing: there is no {string.Join(" or ", FileNames)} in {string.Join(", ", folders)} or among the system's "
            + "libraries. Add the NuGet package Microsoft.ML.OnnxRuntime to the application, or let "
            + $"{OnnxRuntime.Variable} name the library or its folder; in a source tree ./build.sh fetches it.");
    }

    /// <summary>The folders of an application that may hold the library.</summary>
    /// <param name="application">The application's folder.</param>
    /// <param name="assembly">The folder of this assembly; null where it has none of its own (an application in a single file).</param>
    public static IReadOnlyList<string> Folders(string application, string? assembly)
    {
        // NuGet's names of systems; .NET's own may name a distribution.
        string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        string rid = $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        string[] beside = string.IsNullOrEmpty(assembly) ? [application] : [application, assembly];
        IEnumerable<string> package = beside.Select(folder => Path.Combine(folder, "runtimes", rid, "native"));
        return [.. beside.Concat(package).Select(Path.TrimEndingDirectorySeparator).Distinct()];
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
                $"{OnnxRuntime.Variable} is '{named}', which is neither a library nor a folder that has {string.Join(" or ", FileNames)}");
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
