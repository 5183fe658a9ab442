namespace Panoptes.Datasets;

/// <summary>A part of a data set that is to be split.</summary>
/// <param name="Name">Its name: the file becomes NAME.json.</param>
/// <param name="Size">Up to 1: its share of the pictures. Above 1, a whole number: its pictures.</param>
public sealed record SplitPart(string Name, double Size)
{
    /// <summary>Reads parts as the command line has them: <c>train=0.8,val=0.2</c> or <c>train=200,val=50</c>.</summary>
    /// <exception cref="InputException">The text is malformed.</exception>
    public static IReadOnlyList<SplitPart> ParseAll(string text) => [.. text.Split(',').Select(Parse)];

    private static SplitPart Parse(string text)
    {
        string[] sides = text.Split('=');
        bool valid = sides.Length == 2 && sides[0].Trim().Length > 0
            && sides[0].Trim().IndexOfAny(Path.GetInvalidFileNameChars()) < 0
            && double.TryParse(sides[1], System.Globalization.CultureInfo.InvariantCulture, out double size)
            && size > 0 && double.IsFinite(size) && (size <= 1 || size == Math.Floor(size));
        return valid
            ? new SplitPart(sides[0].Trim(), double.Parse(sides[1], System.Globalization.CultureInfo.InvariantCulture))
            : throw new InputException(
                $"the part '{text}' is not of the form NAME=SIZE, with a share of up to 1 or a number of pictures: train=0.8 or train=200");
    }
}
