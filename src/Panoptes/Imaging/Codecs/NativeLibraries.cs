using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Panoptes.Imaging.Codecs;

/// <summary>Finds the native codecs by their names on each system, and says what to install where one is missing.</summary>
internal static class NativeLibraries
{
    /// <summary>The name under which <see cref="TurboJpeg"/> imports libturbojpeg.</summary>
    public const string TurboJpeg = "turbojpeg";

    /// <summary>The name under which <see cref="Spng"/> imports libspng.</summary>
    public const string Spng = "spng";

    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    /// <summary>Registers the resolver; every class that imports calls it from its static constructor.</summary>
    public static void Register()
    {
        // The work is done once, by this class's static constructor.
    }

    /// <summary>The file names tried for a library, in order.</summary>
    public static IReadOnlyList<string> FileNames(string library) => library switch
    {
        TurboJpeg => ["libturbojpeg.so.0", "turbojpeg"],
        Spng => ["libspng.so.0", "spng"],
        _ => [library],
    };

    /// <summary>The Debian and Ubuntu package that holds a library.</summary>
    public static string DebianPackage(string library) => library switch
    {
        TurboJpeg => "libturbojpeg0",
        Spng => "libspng0",
        _ => library,
    };

    /// <summary>Loads a library by the first of its names that the system knows.</summary>
    public static bool TryLoad(string library, out nint handle)
    {
        foreach (string name in FileNames(library))
        {
            if (NativeLibrary.TryLoad(name, typeof(NativeLibraries).Assembly, null, out handle))
                return true;
        }

        handle = 0;
        return false;
    }

    /// <summary>The file that a loaded library came from; null where the system does not tell.</summary>
    public static string? PathOf(string library)
    {
        using Process process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            using (module)
            {
                if (module.ModuleName.Contains(library, StringComparison.OrdinalIgnoreCase))
                    return module.FileName;
            }
        }

        return null;
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (library is not (TurboJpeg or Spng))
            return 0;
        if (TryLoad(library, out nint handle))
            return handle;
        throw new DllNotFoundException(
            $"The native library {library} was not found (tried {string.Join(", ", FileNames(library))}). "
            + $"On Debian or Ubuntu: apt-get install {DebianPackage(library)}.");
    }
}
