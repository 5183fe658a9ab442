namespace Panoptes.Cli.Commands.Predict;

/// <summary>Images that are never held as a whole: what is drawn of them is a pyramid.</summary>
internal static class HugeImage
{
    /// <summary>The most pixels of an image that is held: with its drawing and map of labels some 600 MB.</summary>
    public const int MostPixels = 50_000_000;

    /// <summary>Whether an image has more.</summary>
    public static bool IsHuge(ImageSize size) => size.Pixels > MostPixels;
}
