namespace Panoptes.Imaging;

/// <summary>A native library that pictures are read and written with.</summary>
/// <param name="Name">Its name, for example <c>libturbojpeg</c>.</param>
/// <param name="Found">Whether it can be loaded.</param>
/// <param name="Version">Its version, for example <c>2.1.5</c>; null where it is not found or does not tell.</param>
/// <param name="Path">The file it was loaded from; null where it is not found or the system does not tell.</param>
/// <param name="DebianPackage">The package that installs it on Debian and Ubuntu.</param>
public sealed record ImagingLibrary(string Name, bool Found, string? Version, string? Path, string DebianPackage);
