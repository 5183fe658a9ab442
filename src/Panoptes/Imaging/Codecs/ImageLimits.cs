namespace Panoptes.Imaging.Codecs;

/// <summary>Refuses what is larger than <see cref="DecodeOptions"/> allows, before memory is taken for it.</summary>
internal static class ImageLimits
{
    private const int SmallImage = 16_000_000;

    /// <summary>Checks the size in a header.</summary>
    /// <param name="size">The size.</param>
    /// <param name="bytes">The length of the file.</param>
    /// <param name="options">The limits.</param>
    /// <param name="source">The name that messages begin with.</param>
    /// <exception cref="InputException">It is above a limit, which the message names.</exception>
    public static void Check(ImageSize size, long bytes, DecodeOptions options, string source)
    {
        Check(size, bytes, options, options.MaxPixels, nameof(InputLimits.MaxPixels), source);

        // A decoded image is one array of 3 bytes a pixel; the 16-bit samples of a PNG are held in up to 4 for a while.
        if (size.Pixels > Array.MaxLength / 4)
        {
            throw new InputException(
                InputErrorKind.TooLarge,
                source,
                null,
                $"an image of {size} pixels is too large. At most {Array.MaxLength / 4} pixels fit into memory.");
        }
    }

    /// <summary>Checks the size of an image that is read row by row.</summary>
    /// <inheritdoc cref="Check(ImageSize, long, DecodeOptions, string)"/>
    public static void CheckTiled(ImageSize size, long bytes, DecodeOptions options, string source) => Check(
        size, bytes, options, Math.Min(options.Limits.MaxTiledPixels, int.MaxValue), nameof(InputLimits.MaxTiledPixels), source);

    /// <summary>Checks the length of a file or a stream.</summary>
    /// <exception cref="InputException">It is above the limit, which the message names.</exception>
    public static void CheckBytes(long bytes, DecodeOptions options, string source)
    {
        if (bytes > Math.Min(options.MaxBytes, Array.MaxLength))
        {
            throw TooLarge(
                source, "the file", Math.Min(options.MaxBytes, Array.MaxLength), "bytes", nameof(InputLimits.MaxBytes));
        }
    }

    private static void Check(ImageSize size, long bytes, DecodeOptions options, long mostPixels, string property, string source)
    {
        if (size.LongSide > options.MaxSide)
            throw TooLarge(source, $"an image of {size} pixels", options.MaxSide, "a side", nameof(InputLimits.MaxSide));
        if (size.Pixels > mostPixels)
            throw TooLarge(source, $"an image of {size} pixels", mostPixels, "pixels in all", property);
        if (size.Pixels > Math.Max(SmallImage, bytes * options.Limits.MaxPixelsPerByte))
        {
            throw TooLarge(
                source,
                $"an image of {size} pixels in {bytes} bytes",
                options.Limits.MaxPixelsPerByte,
                "pixels a byte",
                nameof(InputLimits.MaxPixelsPerByte));
        }
    }

    private static InputException TooLarge(string source, string what, long limit, string unit, string property) => new(
        InputErrorKind.TooLarge,
        source,
        null,
        $"{what} is larger than the limit of {limit} {unit}. {nameof(InputLimits)}.{property} sets the limit.");
}
