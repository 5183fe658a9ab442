using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Voc;

/// <summary>The numbers and colors of VOC's classes.</summary>
internal static class VocLabels
{
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

    /// <summary>Reads labelmap.txt: a line for each class, the name up to the first colon; the first is the background.</summary>
    public static IReadOnlyList<string> Read(string path) =>
    [
        .. InputFile.ReadLines(path)
            .Where(line => line.Trim().Length > 0 && line[0] != '#')
            .Select(line => line.Split(':')[0].Trim()).Where(
            name => name != "background"),
    ];

    /// <summary>The text of labelmap.txt.</summary>
    public static string Write(IEnumerable<string> names) =>
        "# label:color_rgb:parts:actions\n" + string.Concat(names.Prepend("background").Select((name, i) =>
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
}
