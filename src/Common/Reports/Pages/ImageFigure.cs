using Panoptes.Imaging;

namespace Panoptes.Reports.Pages;

/// <summary>An image on a page, inside the page's file.</summary>
internal static class ImageFigure
{
    /// <summary>Wider images are shrunk: a page is read on a screen, and sent by mail.</summary>
    private const int MostWidth = 560;

    private const int JpegQuality = 90;

    /// <summary>The image with a caption.</summary>
    /// <param name="image">The image.</param>
    /// <param name="alternative">What it shows, for those who do not see it, as plain text.</param>
    /// <param name="caption">The caption, as plain text.</param>
    public static string ToHtml(Image image, string alternative, string caption)
    {
        ArgumentNullException.ThrowIfNull(image);
        Image shown = image.Width <= MostWidth
            ? image
            : image.Resize(MostWidth, Math.Max(1, (int)Math.Round((double)image.Height * MostWidth / image.Width)));
        return $"<figure><img src=\"{shown.ToJpegDataUri(JpegQuality)}\" width=\"{shown.Width}\" height=\"{shown.Height}\" "
            + $"alt=\"{Html.Text(alternative)}\" loading=\"lazy\" /><figcaption>{Html.Text(caption)}</figcaption></figure>\n";
    }
}
