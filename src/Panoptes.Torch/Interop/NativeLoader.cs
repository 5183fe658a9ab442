using System.Reflection;
using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>Finds the shim and the libtorch under it, and says what to install when one is missing.</summary>
internal static class NativeLoader
{
    internal const string FolderVariable = "PANOPTES_LIBTORCH";

    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? search) =>
        library == Native.Library
            ? Load(Candidates(assembly), Environment.GetEnvironmentVariable(FolderVariable))
            : 0;

    /// <summary>Loads the first shim that is there.</summary>
    /// <param name="candidates">Files to try.</param>
    /// <param name="folder">
    /// A folder whose lib/ holds a libtorch, for a shim whose own is no longer where it was built; null for none.
    /// </param>
    /// <exception cref="DllNotFoundException">There is no shim, or it cannot be loaded; the message says what to do.</exception>
    internal static nint Load(IReadOnlyList<string> candidates, string? folder)
    {
        string path = candidates.FirstOrDefault(File.Exists) ?? throw new DllNotFoundException(
            $"The shim libpanoptes_torch.so is missing (looked for {string.Join(" and ", candidates)}). "
            + "In a source tree run ./build.sh, which builds it.");
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException) when (Preload(folder))
        {
            return LoadOrExplain(path);
        }
        catch (DllNotFoundException error)
        {
            throw Explain(path, error);
        }
    }

    private static nint LoadOrExplain(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException error)
        {
            throw Explain(path, error);
        }
    }

    // The loader takes a library that is loaded already for one of the same name that the shim asks for. This comes second: a libtorch of
    // another build beside the one that the shim was made for would be two in one process.
    private static bool Preload(string? folder)
    {
        if (string.IsNullOrEmpty(folder))
        {
            return false;
        }

        bool any = false;
        foreach (string name in (string[])["libc10.so", "libtorch_cpu.so"])
        {
            string library = Path.Combine(folder, "lib", name);
            any |= File.Exists(library) && NativeLibrary.TryLoad(library, out _);
        }

        return any;
    }

    private static DllNotFoundException Explain(string path, DllNotFoundException error)
    {
        // .NET's own words stand in the first line, the system's reason in the last.
        string reason = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].Trim();
        return new DllNotFoundException(
            $"libtorch cannot be loaded through {path}: {reason}. Install it with ./build.sh or apt-get install libtorch-dev, or let "
            + $"{FolderVariable} name the folder with its lib/; a shim that was built for another libtorch is built anew by ./build.sh.",
            error);
    }

    private static string[] Candidates(Assembly assembly)
    {
        const string name = "libpanoptes_torch.so";
        string beside = Path.GetDirectoryName(assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;
        string package = Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        string[] folders = [beside, AppContext.BaseDirectory, package];
        return [.. folders.Select(f => Path.Combine(f, name)).Distinct()];
    }
}
