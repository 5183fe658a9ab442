namespace Panoptes.Imaging;

/// <summary>
/// The names of image files: the one list of extensions by which folders are searched. What is inside a file is told by its content, not
/// by its name.
/// </summary>
internal static class ImageFiles
{
    private static readonly (string Extension, ImageFormat Format)[] s_known =
    [
        (".jpg", ImageFormat.Jpeg),
        (".jpeg", ImageFormat.Jpeg),
        (".png", ImageFormat.Png),
        (".webp", ImageFormat.WebP),
        (".tif", ImageFormat.Tiff),
        (".tiff", ImageFormat.Tiff),
        (".bmp", ImageFormat.Bmp),
        (".gif", ImageFormat.Gif),
        (".avif", ImageFormat.Avif),
    ];

    /// <summary>The extensions of images in lower case, with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = Array.AsReadOnly(Array.ConvertAll(s_known, known => known.Extension));

    /// <summary>The extensions as they stand in messages: <c>.jpg, .jpeg, .png, ...</c></summary>
    public static string ExtensionList { get; } = string.Join(", ", Extensions);

    /// <summary>The formats as they stand in messages: <c>JPEG, PNG, WebP, TIFF, BMP, GIF and AVIF</c>.</summary>
    public const string FormatList = "JPEG, PNG, WebP, TIFF, BMP, GIF and AVIF";

    /// <summary>Returns whether a file has the extension of an image, in any case.</summary>
    /// <param name="path">The file, which need not exist.</param>
    public static bool HasImageExtension(string path) => FormatOf(path) is not null;

    /// <summary>Returns the format that a file's extension stands for; null where it is not that of an image.</summary>
    /// <param name="path">The file, which need not exist.</param>
    public static ImageFormat? FormatOf(string path)
    {
        ReadOnlySpan<char> extension = Path.GetExtension(path.AsSpan());
        foreach ((string known, ImageFormat format) in s_known)
        {
            if (extension.Equals(known, StringComparison.OrdinalIgnoreCase))
                return format;
        }

        return null;
    }

    /// <summary>Lists the images in a folder and below it: relative to it, with forward slashes, in ordinal order.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static IReadOnlyList<string> List(string folder) =>
    [
        .. FolderTree.EnumerateFiles(folder)
            .Where(HasImageExtension)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];
}
