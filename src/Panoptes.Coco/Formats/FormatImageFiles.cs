using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats;

/// <summary>Images and their names: they are found, looked at and put in place, but never decoded or encoded.</summary>
internal static class FormatImageFiles
{
    /// <summary>The images of a folder by their names without extension.</summary>
    /// <exception cref="InputException">Two images differ in their extension only.</exception>
    public static Dictionary<string, string> ByStem(string folder)
    {
        Dictionary<string, string> images = new(StringComparer.Ordinal);
        foreach (string image in ImageFiles.List(folder))
        {
            string stem = Path.ChangeExtension(image, null);
            if (!images.TryAdd(stem, image))
            {
                throw new InputException(
                    InputErrorKind.Invalid, folder, null,
                    $"{images[stem]} and {image} differ in their extension only; labels belong to one of them.");
            }
        }

        return images;
    }

    /// <summary>Names the images in a folder and below it that are of a kind which is known but not read.</summary>
    public static void AddUnsupported(string folder, LossLog losses)
    {
        foreach (string file in FolderTree.EnumerateFiles(folder, "*").Order(StringComparer.Ordinal))
        {
            losses.Add(LossKind.UnsupportedImages, file, IsUnsupported(file) ? 1 : 0);
        }
    }

    private static bool IsUnsupported(string file) => Path.GetExtension(file).ToUpperInvariant() is ".HEIC" or ".HEIF" or ".JXL" or ".JP2"
        or ".J2K" or ".DNG" or ".NEF" or ".CR2" or ".CR3" or ".ARW" or ".RAF" or ".ORF" or ".RW2" or ".PSD" or ".EXR" or ".HDR" or ".PFM"
        or ".PPM" or ".PGM" or ".PNM" or ".TGA" or ".DDS" or ".DCM" or ".SVG" or ".ICO" or ".JFIF" or ".JPE" or ".MPO";

    /// <summary>An image's name without its extension, checked to stay below whatever folder it is put into.</summary>
    /// <exception cref="InputException">It is missing, absolute, or leads out of its folder.</exception>
    public static string Stem(string fileName)
    {
        string name = fileName.Replace('\\', '/');
        if (name.Length == 0 || Path.IsPathRooted(name) || name.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw InputException.InContent(
                null,
                $"the image's file_name is '{fileName}'; it must be a relative path that stays in its folder.");
        }

        return Path.ChangeExtension(name, null);
    }

    /// <summary>The stems of images, each of which labels are written for.</summary>
    /// <exception cref="InputException">A name is malformed, or two would be written to the same place.</exception>
    public static string[] Stems(IEnumerable<string> fileNames)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        return
        [
            .. fileNames.Select(name => Stem(name) is var stem && seen.Add(stem)
                ? stem
                : throw InputException.InContent(
                    null,
                    $"the image {name} has the name of another one but for its extension; labels are named by it.")),
        ];
    }

    /// <summary>The path of a file that belongs to an image, whose folder is made.</summary>
    public static string Prepare(string folder, string stem, string ending)
    {
        string path = Path.Combine(folder, stem + ending);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>An image's size from its header.</summary>
    /// <param name="folder">The folder of the images, or null.</param>
    /// <param name="fileName">The image in it.</param>
    /// <exception cref="InputException">There is no folder, or no such image in it.</exception>
    public static ImageSize SizeOf(string? folder, string fileName) => folder is null
        ? throw InputException.InContent(
            null,
            $"the size of {fileName} is not stated; give the folder of the images (ConversionOptions.Images) to look at it.")
        : Image.ReadSize(DatasetPath.Resolve(folder, fileName));

    /// <summary>Links or copies an image; one that exists already is replaced.</summary>
    /// <exception cref="InputException">There is no such image.</exception>
    public static void Place(string source, string target, bool copy)
    {
        if (!File.Exists(source))
        {
            throw new InputException(InputErrorKind.NotFound, source, null, "no such image.");
        }

        string full = Path.GetFullPath(source);
        if (PathComparison.AreSame(full, target))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Delete(target);
        if (copy || !TryLink(full, target))
        {
            File.Copy(full, target);
        }
    }

    // Windows allows links to administrators and developers only.
    private static bool TryLink(string source, string target)
    {
        try
        {
            File.CreateSymbolicLink(target, source);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
