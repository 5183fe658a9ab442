using System.Runtime.InteropServices;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>The libraries that read and write pictures.</summary>
internal static class ImagingCheck
{
    private const string Area = "images";

    /// <summary>Loads them as the imaging code does.</summary>
    public static IEnumerable<Finding> Run()
    {
        yield return Check("JPEG (libturbojpeg)", "libturbojpeg.so", "libturbojpeg0 (Ubuntu: libturbojpeg)");
        yield return Check("PNG (libspng)", "libspng.so", "libspng0");
    }

    private static Finding Check(string name, string library, string package)
    {
        if (!NativeLibrary.TryLoad($"{library}.0", out _))
        {
            return new(Area, name, FindingStatus.Problem, "not found", Advice: $"apt-get install {package}");
        }

        string? path = MappedLibraries.Read().Find(library);
        return new(Area, name, FindingStatus.Good, path is null ? "loaded" : Path.GetFileName(path), path);
    }
}
