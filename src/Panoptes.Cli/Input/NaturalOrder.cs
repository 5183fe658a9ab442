namespace Panoptes.Cli.Input;

/// <summary>Orders names as people do: numbers in them by value (<c>frame2</c> before <c>frame10</c>), all else by character.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    /// <summary>The one instance.</summary>
    public static NaturalOrder Comparer { get; } = new();

    /// <inheritdoc />
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return string.CompareOrdinal(x, y);
        ReadOnlySpan<char> a = x;
        ReadOnlySpan<char> b = y;
        while (a.Length > 0 && b.Length > 0)
        {
            int aDigits = Digits(a);
            int bDigits = Digits(b);
            int order;
            if (aDigits > 0 && bDigits > 0)
            {
                ReadOnlySpan<char> aNumber = a[..aDigits].TrimStart('0');
                ReadOnlySpan<char> bNumber = b[..bDigits].TrimStart('0');
                order = aNumber.Length != bNumber.Length ? aNumber.Length.CompareTo(bNumber.Length) : aNumber.SequenceCompareTo(bNumber);
                a = a[aDigits..];
                b = b[bDigits..];
            }
            else
            {
                order = a[0].CompareTo(b[0]);
                a = a[1..];
                b = b[1..];
            }

            if (order != 0) return order;
        }

        // Only leading zeros may still differ: a total order keeps sorting the same everywhere.
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(x, y);
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int count = 0;
        while (count < text.Length && char.IsAsciiDigit(text[count])) count++;
        return count;
    }
}
