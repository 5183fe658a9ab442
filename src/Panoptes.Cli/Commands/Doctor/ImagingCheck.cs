using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>The reader and writer of images: libvips, its version and place, and each format tried on an image of a few pixels.</summary>
internal static class ImagingCheck
{
    private const string Area = "images";

    // 8 x 8 pixels of one gray.
    private static readonly (string Name, byte[] File)[] s_samples =
    [
        ("TIFF", Convert.FromBase64String(
            "SUkqAAgAAAAJAAABBAABAAAACAAAAAEBBAABAAAACAAAAAIBAwABAAAACAAAAAMBAwABAAAAAQAAAAYBAwABAAAAAQAAABEBBAABAAAAegAAAB"
            + "YBBAABAAAACAAAABcBBAABAAAAQAAAABwBAwABAAAAAQAAAAAAAACAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICA"
            + "gICAgICAgICAgICAgICAgICAgICA")),
        ("GIF", Convert.FromBase64String("R0lGODdhCAAIAIEAAICAgAAAAAAAAAAAACwAAAAACAAIAAAIDwABCBxIsKDBgwgTKkwYEAA7")),
        ("AVIF", Convert.FromBase64String(
            "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aW"
            + "YAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAABMAAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAABAABhdjAxQ29s"
            + "b3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAAAgAAAAIAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgSAAAAAAABNjb2xybmNseAABAA"
            + "0AAIAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAABttZGF0EgAKCDgIv+UBDQAgMgUQAAALQA==")),
    ];

    /// <summary>Looks for libvips and reads, and where it can be written writes, a small image of each format.</summary>
    public static IEnumerable<Finding> Run()
    {
        ImagingLibrary library = ImagingLibrary.Probe();
        if (!library.Found)
        {
            yield return Finding.Fail(
                Area,
                library.Name,
                "not found: only PNG and BMP can be read",
                $"Add the NuGet package {library.Package} to the application.");
            yield break;
        }

        yield return Finding.Ok(Area, library.Name, library.Version ?? "of unknown version", library.Path);
        List<string> read = ["PNG", "BMP"];
        List<string> failed = [];
        foreach ((string name, Func<Image> load) in Trials()) (Works(load) ? read : failed).Add(name);
        yield return failed.Count == 0
            ? Finding.Ok(Area, "formats", $"{string.Join(", ", read)} are read; JPEG, PNG and WebP are written")
            : Finding.Fail(
                Area,
                "formats",
                $"{string.Join(", ", failed)} cannot be read",
                $"Use the {library.Name} of the NuGet package {library.Package}.");
    }

    private static IEnumerable<(string Name, Func<Image> Load)> Trials()
    {
        Image image = new(width: 8, height: 8);
        yield return ("JPEG", () => Image.Decode(image.EncodeJpeg()));
        yield return ("WebP", () => Image.Decode(image.EncodeWebP()));
        foreach ((string name, byte[] file) in s_samples) yield return (name, () => Image.Decode(file));
    }

    private static bool Works(Func<Image> load)
    {
        try
        {
            return load().Size == new ImageSize(8, 8);
        }
        catch (Exception exception) when (exception is InputException or InvalidOperationException)
        {
            return false;
        }
    }
}
