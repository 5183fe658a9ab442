namespace Panoptes.Cli.Commands.Predict;

/// <summary>The format of overlays, as <c>--overlay-format</c> names it.</summary>
/// <param name="Extension">The extension of their files.</param>
internal sealed record OverlayFormat(string Extension)
{
    /// <summary>Reads the option's value.</summary>
    /// <exception cref="InputException">It names no format that overlays are written in.</exception>
    public static OverlayFormat Parse(string name) => name switch
    {
        "png" => new OverlayFormat(".png"),
        "jpeg" or "jpg" => new OverlayFormat(".jpg"),
        "webp" => new OverlayFormat(".webp"),
        _ => throw InputException.ForSetting("--overlay-format", $"is '{name}'; allowed are png, jpeg and webp"),
    };
}
