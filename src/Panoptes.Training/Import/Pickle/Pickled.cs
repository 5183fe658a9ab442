using System.Text;

namespace Panoptes.Training.Import.Pickle;

/// <summary>Values of a pickle as what they should be.</summary>
internal static class Pickled
{
    // NumPy's and PyTorch's own limit. A tuple is copied by each call that takes it as a shape.
    private const int MostDimensions = 64;

    /// <summary>A whole number.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static long Integer(object? value) =>
        value is long number ? number : throw new InvalidDataException("a whole number was expected");

    /// <summary>Whole numbers of a tuple that is a shape, or strides.</summary>
    /// <exception cref="InvalidDataException">It is something else, or longer than any shape.</exception>
    public static long[] Integers(object? value)
    {
        if (value is not object?[] items)
        {
            throw new InvalidDataException("a tuple of whole numbers was expected");
        }

        return items.Length <= MostDimensions
            ? [.. items.Select(Integer)]
            : throw new InvalidDataException($"a tensor has {items.Length} dimensions; {MostDimensions} are the most");
    }

    /// <summary>Bytes, or the text that Python 2 wrote for bytes; null where it is neither.</summary>
    /// <param name="value">The value.</param>
    /// <param name="budget">What a text's bytes are taken from.</param>
    /// <exception cref="InputException">The budget is used up.</exception>
    public static byte[]? Bytes(object? value, PickleBudget budget)
    {
        switch (value)
        {
            case byte[] bytes:
                return bytes;
            case string text when text.All(letter => letter <= byte.MaxValue):
                budget.Take(text.Length);
                return Encoding.Latin1.GetBytes(text);
            default:
                return null;
        }
    }
}
