using System.Globalization;

namespace Panoptes.Coco.Files.Json;

/// <summary>Compares the size that a file declares for an image with <see cref="InputLimits"/>.</summary>
internal static class ImageBounds
{
    /// <summary>What is wrong with a size; null where it is within the limits.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="limits">The limits.</param>
    public static string? Problem(long width, long height, InputLimits limits) =>
        Math.Max(width, height) > limits.MaxSide ? Above(width, height, limits.MaxSide, "a side", nameof(InputLimits.MaxSide))
        : width * height > limits.MaxPixels ? Above(width, height, limits.MaxPixels, "pixels", nameof(InputLimits.MaxPixels))
        : null;

    private static string Above(long width, long height, long limit, string unit, string property) => string.Create(
        CultureInfo.InvariantCulture,
        $"width and height are {width}x{height}, above the limit of {limit} {unit} ({nameof(InputLimits)}.{property})");
}
