using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>The libraries that read and write pictures, tried on a picture of a few pixels.</summary>
internal static class ImagingCheck
{
    private const string Area = "images";

    /// <summary>Encodes and decodes a small picture in each format.</summary>
    public static IEnumerable<Finding> Run()
    {
        yield return Try("JPEG", "libturbojpeg", image => image.EncodeJpeg());
        yield return Try("PNG", "libspng", image => image.EncodePng());
    }

    private static Finding Try(string format, string library, Func<Image, byte[]> encode)
    {
        string name = $"{format} ({library})";
        try
        {
            Image image = new(width: 16, height: 16);
            Image back = Image.Decode(encode(image));
            if (back.Size != image.Size) return Finding.Fail(Area, name, "a picture came back with another size", $"Reinstall {library}.");
        }
        catch (DllNotFoundException exception)
        {
            return Finding.Fail(Area, name, "not found", exception.Message);
        }

        string? path = MappedLibraries.Read().Find(library);
        return Finding.Ok(Area, name, path is null ? "works" : $"{Path.GetFileName(path)}, works", path);
    }
}
