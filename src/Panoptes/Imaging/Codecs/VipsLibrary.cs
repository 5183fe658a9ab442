using System.Diagnostics;
using System.Runtime.InteropServices;
using NetVips;

namespace Panoptes.Imaging.Codecs;

/// <summary>
/// libvips, which NetVips loads: whether it is there, and the two of its functions that NetVips does not offer. They take pixels straight
/// into a managed array, on the caller's thread, where NetVips would copy them twice.
/// </summary>
internal static unsafe class VipsLibrary
{
    /// <summary>The library's name.</summary>
    public const string Name = "libvips";

    private static readonly string[] s_fileNames = OperatingSystem.IsWindows() ? ["libvips-42.dll"]
        : OperatingSystem.IsMacOS() ? ["libvips.42.dylib"]
        : ["libvips.so.42"];

    private static readonly Lazy<Functions?> s_functions = new(Load);

    // The handler is called by native code for as long as the process lives.
    private static readonly Log.LogDelegate s_ignore = (_, _, _) => { };

    /// <summary>Whether the library was found.</summary>
    public static bool IsAvailable => s_functions.Value is not null;

    /// <summary>The library's version, for example 8.18.7.</summary>
    public static string Version => string.Join('.', Enumerable.Range(0, 3).Select(part => NetVips.NetVips.Version(part)));

    /// <summary>The NuGet package that holds the library for this system.</summary>
    public static string Package
    {
        get
        {
            string system = OperatingSystem.IsWindows() ? "win"
                : OperatingSystem.IsMacOS() ? "osx"
                : RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
                    || RuntimeInformation.RuntimeIdentifier.StartsWith("alpine", StringComparison.Ordinal) ? "linux-musl"
                : "linux";
#pragma warning disable CA1308 // names of packages are in lower case
            return $"NetVips.Native.{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
#pragma warning restore CA1308
        }
    }

    /// <summary>Throws unless the library is there.</summary>
    /// <exception cref="DllNotFoundException">It is not; the message names the package to add.</exception>
    public static void Require()
    {
        if (!IsAvailable)
        {
            throw new DllNotFoundException(
                $"The native library {Name} was not found; it reads and writes JPEG, WebP, TIFF, GIF and AVIF. "
                + $"Add the NuGet package {Package} to the application.");
        }
    }

    /// <summary>Writes pixels of an image into memory that belongs to another one, on this thread.</summary>
    /// <param name="from">A region of the image.</param>
    /// <param name="to">A region that was attached with <see cref="Attach"/>.</param>
    /// <param name="area">What is to be written.</param>
    /// <param name="y">The row of <paramref name="to"/> at which it begins.</param>
    /// <returns>False where the image is damaged; libvips holds the error's text.</returns>
    public static bool TryPrepare(Region from, Region to, Area area, int y) =>
        s_functions.Value!.PrepareTo(from.DangerousGetHandle(), to.DangerousGetHandle(), &area, 0, y) == 0;

    /// <summary>Attaches a region to the memory of its image.</summary>
    public static bool Attach(Region region, Area area) => s_functions.Value!.Attach(region.DangerousGetHandle(), &area) == 0;

    /// <summary>The file that the library was loaded from; null where the system does not tell.</summary>
    public static string? FindFile()
    {
        using Process process = Process.GetCurrentProcess();
        string? found = null;
        foreach (ProcessModule module in process.Modules)
        {
            using (module)
            {
                if (module.ModuleName.StartsWith(Name, StringComparison.OrdinalIgnoreCase))
                    found ??= module.FileName;
            }
        }

        return found;
    }

    /// <summary>The formats that this build of the library reads.</summary>
    public static ImageFormat[] Formats()
    {
        HashSet<string> operations = [.. NetVips.NetVips.GetOperations()];
        return [.. VipsDecoder.Loaders.Where(loader => operations.Contains(loader.Operation)).Select(loader => loader.Format)];
    }

    private static Functions? Load()
    {
        if (!ModuleInitializer.VipsInitialized)
            return null;
        foreach (string name in s_fileNames)
        {
            if (NativeLibrary.TryLoad(name, typeof(NetVips.Image).Assembly, null, out nint library)
                && NativeLibrary.TryGetExport(library, "vips_region_prepare_to", out nint prepareTo)
                && NativeLibrary.TryGetExport(library, "vips_region_image", out nint attach))
            {
                // The cache of operations would keep decoded images; warnings would go to standard error.
                Cache.Max = 0;
                _ = Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning | Enums.LogLevelFlags.Message, s_ignore);
                return new Functions(
                    (delegate* unmanaged<nint, nint, Area*, int, int, int>)prepareTo, (delegate* unmanaged<nint, Area*, int>)attach);
            }
        }

        return null;
    }

    /// <summary><c>VipsRect</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Area
    {
        public int Left;
        public int Top;
        public int Width;
        public int Height;
    }

    private sealed class Functions(
        delegate* unmanaged<nint, nint, Area*, int, int, int> prepareTo, delegate* unmanaged<nint, Area*, int> attach)
    {
        public readonly delegate* unmanaged<nint, nint, Area*, int, int, int> PrepareTo = prepareTo;

        public readonly delegate* unmanaged<nint, Area*, int> Attach = attach;
    }
}
