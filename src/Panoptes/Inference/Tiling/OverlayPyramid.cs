using System.Globalization;
using System.Net;
using Panoptes.Imaging;
using Panoptes.Imaging.Codecs;

namespace Panoptes.Inference.Tiling;

/// <summary>
/// Draws what was found over an image of any size, strip by strip, as a pyramid of small JPEGs: a page that any browser opens from the
/// disk, to move and zoom in. The pyramid itself is a Deep Zoom image (<c>.dzi</c>), which OpenSeadragon and others show.
/// </summary>
public static class OverlayPyramid
{
    private const int TileSize = 512;

    /// <summary>Writes <c>NAME.html</c>, <c>NAME.dzi</c> and the folder <c>NAME_files</c>; what is there under these names is
    /// replaced.</summary>
    /// <param name="path">The files' common name, without extension; its folder exists.</param>
    /// <param name="image">The image.</param>
    /// <param name="found">What was found in it.</param>
    /// <param name="cancellationToken">Stops between strips; nothing is left then.</param>
    /// <returns>All files, the page first.</returns>
    /// <exception cref="ArgumentException">What was found is not of the image's size.</exception>
    /// <exception cref="InputException">The image is damaged.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static IReadOnlyList<string> Save(
        string path, ImageRegions image, TiledSegmentation found, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(found);
        if (image.Size != found.Size)
            throw new ArgumentException($"The image is {image.Size}, and what was segmented {found.Size}.", nameof(image));
        path = Path.GetFullPath(path);
        string draft = FileDraft.NameFor(path);
        OverlayStrips strips = new(image, found);
        try
        {
            VipsPyramid.Write(draft, image.Size, OverlayStrips.Block, TileSize, strips.Draw, cancellationToken);
            if (Directory.Exists(path + "_files")) Directory.Delete(path + "_files", recursive: true);
            Directory.Move(draft + "_files", path + "_files");
            File.Move(draft + ".dzi", path + ".dzi", overwrite: true);
        }
        finally
        {
            if (Directory.Exists(draft + "_files")) Directory.Delete(draft + "_files", recursive: true);
            File.Delete(draft + ".dzi");
        }

        using Stream resource = typeof(OverlayPyramid).Assembly.GetManifestResourceStream("pyramid.html")!;
        using StreamReader reader = new(resource);
        string name = Path.GetFileName(path);
        string page = reader.ReadToEnd()
            .Replace("$TITLE$", WebUtility.HtmlEncode(name), StringComparison.Ordinal)
            .Replace("$FOLDER$", Uri.EscapeDataString(name) + "_files", StringComparison.Ordinal)
            .Replace("$WIDTH$", image.Size.Width.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("$HEIGHT$", image.Size.Height.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("$TILE$", TileSize.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        AtomicFile.WriteAllBytes(path + ".html", System.Text.Encoding.UTF8.GetBytes(page));
        return
        [
            path + ".html", path + ".dzi",
            .. Directory.EnumerateFiles(path + "_files", "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal),
        ];
    }
}
