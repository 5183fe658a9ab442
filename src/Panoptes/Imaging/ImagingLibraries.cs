using Panoptes.Imaging.Codecs;

namespace Panoptes.Imaging;

/// <summary>The native libraries behind <see cref="Image"/>, for reports on an installation.</summary>
public static class ImagingLibraries
{
    /// <summary>Tries to load each library and tells what was found; never throws for a missing one.</summary>
    public static IReadOnlyList<ImagingLibrary> Probe() =>
    [
        Probe(NativeLibraries.TurboJpeg, TurboJpeg.Version),
        Probe(NativeLibraries.Spng, _ => Spng.Version()),
    ];

    private static ImagingLibrary Probe(string library, Func<string, string?> version)
    {
        bool found = NativeLibraries.TryLoad(library, out _);
        string? path = found ? NativeLibraries.PathOf(library) : null;
        return new ImagingLibrary(
            $"lib{library}", found, found ? version(path ?? "") : null, path, NativeLibraries.DebianPackage(library));
    }
}
