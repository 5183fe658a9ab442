using Panoptes.Imaging;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>The format of overlays, as <c>--overlay-format</c> names it.</summary>
/// <param name="Extension">The extension of their files.</param>
/// <param name="Format">The format.</param>
internal sealed record OverlayFormat(string Extension, ImageFormat Format)
{
    /// <summary>Reads the option's value.</summary>
    /// <exception cref="InputException">It names no format that overlays are written in.</exception>
    public static OverlayFormat Parse(string name) => name switch
    {
        "png" => new OverlayFormat(".png", ImageFormat.Png),
        "jpeg" or "jpg" => new OverlayFormat(".jpg", ImageFormat.Jpeg),
        "webp" => new OverlayFormat(".webp", ImageFormat.WebP),
        _ => throw InputException.ForSetting("--overlay-format", $"is '{name}'; allowed are png, jpeg and webp"),
    };
}
