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
        if (size.LongSide > options.MaxSide)
            throw TooLarge(source, $"an image of {size} pixels", options.MaxSide, "a side", nameof(InputLimits.MaxSide));
        if (size.Pixels > options.MaxPixels)
            throw TooLarge(source, $"an image of {size} pixels", options.MaxPixels, "pixels in all", nameof(InputLimits.MaxPixels));

        if (size.Pixels > Math.Max(SmallImage, bytes * options.Limits.MaxPixelsPerByte))
        {
            throw TooLarge(
                source,
                $"an image of {size} pixels in {bytes} bytes",
                options.Limits.MaxPixelsPerByte,
                "pixels a byte",
                nameof(InputLimits.MaxPixelsPerByte));
        }

        // A decoded image is one array of 3 bytes a pixel; 16-bit samples are held in up to 4 for a while.
        if (size.Pixels > Array.MaxLength / 4)
        {
            throw new InputException(
                InputErrorKind.TooLarge,
                source,
                null,
                $"an image of {size} pixels is too large. At most {Array.MaxLength / 4} pixels can be held.");
        }
    }

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

    private static InputException TooLarge(string source, string what, long limit, string unit, string property) => new(
        InputErrorKind.TooLarge,
        source,
        null,
        $"{what} is larger than the limit of {limit} {unit}. {nameof(InputLimits)}.{property} sets the limit.");
}
