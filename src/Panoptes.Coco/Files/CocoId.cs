using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Panoptes.Coco.Files;

/// <summary>
/// Turns ids that are texts (Cityscapes' image ids, file names as ids) into the integers that stand for them here. The same text is the
/// same integer in every file, so ground truth and results belong together without knowing of each other.
/// </summary>
public static class CocoId
{
    /// <summary>
    /// Gives the integer of an id that is a text: the number itself where the text is one as it would be written (<c>12</c>, not
    /// <c>012</c>), else 62 bits of its SHA-256 in the lowest quarter of all integers, where no file numbers its images.
    /// </summary>
    /// <param name="text">The id as it stands in the file.</param>
    public static long Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsNumber(text, out long number))
        {
            return number;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return long.MinValue | (BinaryPrimitives.ReadInt64LittleEndian(hash) & (long.MaxValue >> 1));
    }

    /// <summary>Whether an integer stands for a text.</summary>
    internal static bool IsText(long id) => id < long.MinValue / 2;

    /// <summary>The text where it is not a number as it would be written; null where it is.</summary>
    internal static string? TextOf(string? text) => text is null || IsNumber(text, out _) ? null : text;

    private static bool IsNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
        && number.ToString(CultureInfo.InvariantCulture) == text;
}
