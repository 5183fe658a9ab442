using System.Globalization;

namespace Panoptes.Coco.Datasets;

/// <summary>A part of a dataset that is to be split.</summary>
/// <param name="Name">Its name: the file becomes NAME.json.</param>
/// <param name="Size">Its share of the images, above 0 and up to 1, or the number of its images.</param>
/// <param name="IsShare">Which of the two the size is.</param>
public sealed record SplitPart(string Name, double Size, bool IsShare)
{
    /// <summary>
    /// Reads parts as the command line has them: <c>train=0.8,val=0.2</c> or <c>train=200,val=50</c>. A number with a point is a share, one
    /// without is a number of images.
    /// </summary>
    /// <exception cref="InputException">The text is malformed.</exception>
    public static IReadOnlyList<SplitPart> ParseAll(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',').Select(Parse)];
    }

    private static SplitPart Parse(string text)
    {
        string[] sides = text.Split('=');
        string name = sides[0].Trim();
        if (sides.Length == 2 && name.Length > 0 && name.IndexOfAny(Path.GetInvalidFileNameChars()) < 0)
        {
            if (int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0)
            {
                return new SplitPart(name, count, IsShare: false);
            }

            if (double.TryParse(sides[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share)
                && share is > 0 and <= 1)
            {
                return new SplitPart(name, share, IsShare: true);
            }
        }

        throw InputException.ForSetting(
            null,
            $"the part '{text}' is not of the form NAME=SIZE, with a share of up to 1.0 or a whole number of images: "
            + "train=0.8 or train=200");
    }
}
