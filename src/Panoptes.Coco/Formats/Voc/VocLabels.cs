using System.Globalization;
using System.Text.RegularExpressions;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Voc;

/// <summary>The numbers and colors of VOC's classes.</summary>
internal static partial class VocLabels
{
    private const string Background = "background";

    /// <summary>The twenty classes of the challenge, numbered from 1.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
        "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ];

    /// <summary>
    /// The palette of VOC's PNGs: bits 0, 1 and 2 of a number become the highest bits of red, green and blue, the next three the next, and
    /// so on.
    /// </summary>
    public static Rgb[] Palette { get; } = [.. Enumerable.Range(0, 256).Select(ColorOf)];

    /// <summary>
    /// Reads labelmap.txt: a line for each class, <c>name:red,green,blue:parts:actions</c>; the background is skipped. A class whose line
    /// has no color has that of its number in VOC's palette.
    /// </summary>
    /// <exception cref="InputException">It is not text, or a color is malformed.</exception>
    public static IReadOnlyList<(string Name, Rgb Color)> Read(string path, FormatText text)
    {
        List<(string, Rgb)> labels = [];
        int number = 0;
        int index = 0;
        foreach (string line in text.ReadLines(path))
        {
            number++;
            if (line.Trim().Length == 0 || line[0] == '#')
            {
                continue;
            }

            Match match = Label().Match(line);
            string name = (match.Success ? match.Groups[1].Value : line.Split(':')[0]).Trim();
            Rgb color = Palette[index++ % Palette.Length];
            if (match.Success && match.Groups[2].Length > 0)
            {
                byte[] channels =
                [
                    .. match.Groups[2].Value.Split(',').Select(part => byte.TryParse(part, CultureInfo.InvariantCulture, out byte channel)
                        ? channel
                        : throw new InputException(
                            InputErrorKind.Invalid, path, $"line {number}",
                            $"the color is '{match.Groups[2].Value}'; it must be three numbers from 0 to 255.")),
                ];
                color = new Rgb(channels[0], channels[1], channels[2]);
            }

            if (name != Background)
            {
                labels.Add((name, color));
            }
        }

        return labels;
    }

    /// <summary>The text of labelmap.txt.</summary>
    public static string Write(IEnumerable<string> names) =>
        "# label:color_rgb:parts:actions\n" + string.Concat(names.Prepend(Background).Select((name, i) =>
            $"{name}:{Palette[i % 256].R},{Palette[i % 256].G},{Palette[i % 256].B}::\n"));

    private static Rgb ColorOf(int number)
    {
        int red = 0;
        int green = 0;
        int blue = 0;
        for (int bit = 7; number > 0; bit--, number >>= 3)
        {
            red |= (number & 1) << bit;
            green |= (number >> 1 & 1) << bit;
            blue |= (number >> 2 & 1) << bit;
        }

        return new Rgb((byte)red, (byte)green, (byte)blue);
    }

    // A name may hold colons: what stands behind it is found from the end.
    [GeneratedRegex(@"^(.*?):(\s*\d+\s*,\s*\d+\s*,\s*\d+\s*)?:([^:]*):([^:]*)$")]
    private static partial Regex Label();
}
