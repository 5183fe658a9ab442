using System.Buffers.Binary;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Voc;

/// <summary>
/// Reads a PNG of a VOC dataset as numbers. VOC's own have a palette, whose indices are the numbers; CVAT and Datumaro paint colors, and
/// others a palette of their own.
/// </summary>
internal static class VocMap
{
    private const int ColorType = 25; // behind the signature and the head of IHDR
    private const int FirstChunk = 8;

    private static readonly Dictionary<int, int> s_numbers = VocLabels.Palette.Index().ToDictionary(p => Key(p.Item), p => p.Index);

    /// <summary>The objects of an image: by the color's place in VOC's palette, or where a color has none by the order of colors.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static LabelMap Objects(string path)
    {
        LabelMap map = LabelMap.Load(path);
        if (ColorsOf(path) is not { Length: 0 })
        {
            return map;
        }

        int[] colors = [.. map.CountPixels().Keys.Where(color => color != 0).Order()];
        bool standard = colors.All(s_numbers.ContainsKey);
        Relabel(map, color => standard ? s_numbers[color] : Place(Array.BinarySearch(colors, color)));
        return map;

        // The number of the void is no object's.
        static int Place(int index) => index + 1 < VocFiles.Void ? index + 1 : index + 2;
    }

    /// <summary>The classes of an image, numbered from 1 as the labels are.</summary>
    /// <param name="path">The PNG.</param>
    /// <param name="labels">The classes with their colors.</param>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static LabelMap Classes(string path, IReadOnlyList<(string Name, Rgb Color)> labels)
    {
        LabelMap map = LabelMap.Load(path);
        Dictionary<int, int> numbers = [];
        foreach ((int index, (string _, Rgb color)) in labels.Index())
        {
            numbers.TryAdd(Key(color), index + 1);
        }

        switch (ColorsOf(path))
        {
            case { Length: 0 }:
                // What no label has keeps its color, so that messages can name it.
                Relabel(map, color => numbers.TryGetValue(color, out int number) ? number
                    : s_numbers.GetValueOrDefault(color) == VocFiles.Void ? VocFiles.Void
                    : UnknownColor(color));
                break;
            case { } palette when labels.Count > 0 && map.CountPixels().Keys.All(i => i is 0 or VocFiles.Void || IsLabel(i)):
                Relabel(map, index => index < palette.Length && numbers.TryGetValue(palette[index], out int number) ? number : index);
                break;

                bool IsLabel(int index) => index < palette.Length && numbers.ContainsKey(palette[index]);
        }

        return map;
    }

    /// <summary>How messages name a class's number that no label has.</summary>
    public static string Describe(int number) => number < 0
        ? $"color {~number & 0xFF},{(~number >> 8) & 0xFF},{~number >> 16}, which no line of labelmap.txt has"
        : $"class {number}";

    private static int UnknownColor(int color) => ~color;

    private static int Key(Rgb color) => color.R | (color.G << 8) | (color.B << 16);

    private static void Relabel(LabelMap map, Func<int, int> number)
    {
        Dictionary<int, int> known = new() { [0] = 0 };
        (int before, int after) = (0, 0);
        foreach (ref int label in map.Labels)
        {
            if (label != before)
            {
                before = label;
                if (!known.TryGetValue(label, out after))
                {
                    known.Add(label, after = number(label));
                }
            }

            label = after;
        }
    }

    /// <summary>The palette of a PNG; empty for one that has colors, null for one of gray values.</summary>
    private static int[]? ColorsOf(string path)
    {
        byte[] data = File.ReadAllBytes(path);
        int type = data.Length > ColorType ? data[ColorType] : 0;
        if (type != 3)
        {
            return type is 2 or 6 ? [] : null;
        }

        for (int at = FirstChunk; at + 8 <= data.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(at));
            if (length > data.Length - at - 8)
            {
                return null;
            }

            if (data.AsSpan(at + 4, 4).SequenceEqual("PLTE"u8))
            {
                byte[] palette = data[(at + 8)..(at + 8 + (int)length)];
                return [.. palette.Chunk(3).Where(c => c.Length == 3).Select(c => c[0] | (c[1] << 8) | (c[2] << 16))];
            }

            at += 12 + (int)length;
        }

        return null;
    }
}
