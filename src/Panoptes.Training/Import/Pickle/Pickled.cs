using System.Text;

namespace Panoptes.Training.Import.Pickle;

/// <summary>Values of a pickle as what they should be.</summary>
internal static class Pickled
{
    /// <summary>A whole number.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static long Integer(object? value) =>
        value is long number ? number : throw new InvalidDataException("a whole number was expected");

    /// <summary>Whole numbers of a tuple.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static long[] Integers(object? value) =>
        value is object?[] items ? [.. items.Select(Integer)] : throw new InvalidDataException("a tuple of whole numbers was expected");

    /// <summary>Bytes, or the text that Python 2 wrote for bytes; null where it is neither.</summary>
    public static byte[]? Bytes(object? value) => value switch
    {
        byte[] bytes => bytes,
        string text when text.All(letter => letter <= byte.MaxValue) => Encoding.Latin1.GetBytes(text),
        _ => null,
    };
}
