using Panoptes.Imaging.Codecs;

namespace Panoptes.Imaging;

/// <summary>
/// Describes the native library behind <see cref="Image"/>, libvips, for reports on an installation. PNG and BMP need none.
/// </summary>
/// <param name="Name">Its name, <c>libvips</c>.</param>
/// <param name="Found">Whether it can be loaded.</param>
/// <param name="Version">Its version, for example <c>8.18.7</c>; null where it was not found.</param>
/// <param name="Path">The file it was loaded from; null where it was not found or the system does not tell.</param>
/// <param name="Formats">The formats that it can read here.</param>
/// <param name="Package">The NuGet package that brings it on this system, for example <c>NetVips.Native.linux-x64</c>.</param>
public sealed record ImagingLibrary(
    string Name, bool Found, string? Version, string? Path, IReadOnlyList<ImageFormat> Formats, string Package)
{
    /// <summary>Tries to load the library and reports what was found; never throws where it is missing.</summary>
    public static ImagingLibrary Probe() => new(
        VipsLibrary.Name,
        VipsLibrary.IsAvailable,
        VipsLibrary.IsAvailable ? VipsLibrary.Version : null,
        VipsLibrary.IsAvailable ? VipsLibrary.FindFile() : null,
        VipsLibrary.IsAvailable ? VipsLibrary.Formats() : [],
        VipsLibrary.Package);
}
