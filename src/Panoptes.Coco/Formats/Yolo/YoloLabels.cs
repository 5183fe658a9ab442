using System.Globalization;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Yolo;

/// <summary>
/// One label file: a line for each object, its class by index and then the corners of its polygon, as shares of the image's width and
/// height. In a pose dataset it is the object's box and then its keypoints.
/// </summary>
internal static class YoloLabels
{
    private const int BoxNumbers = 4;

    // Some tools write corners a little outside of the image; Ultralytics' reader accepts this much.
    private const double Slack = 0.01;

    /// <summary>A share of a side as a coordinate in pixels.</summary>
    public static double ToPixels(double share, int side) => PolygonMath.Round(share * side);

    /// <summary>
    /// A coordinate in pixels as a share of a side. What <see cref="ToPixels"/> makes of it is the coordinate again, limited to the
    /// image.
    /// </summary>
    public static double ToShare(double coordinate, int side) => Math.Clamp(coordinate / side, 0, 1);

    /// <summary>Reads a file; one that does not exist stands for an image without objects.</summary>
    /// <param name="path">The file.</param>
    /// <param name="size">The image's size.</param>
    /// <param name="config">What the dataset says: its classes, and how many keypoints an object has.</param>
    /// <param name="context">Told of lines that hold only a box, of keypoints, and of lines that are malformed.</param>
    /// <exception cref="InputException">The file is not text.</exception>
    public static IReadOnlyList<FormatObject> Read(string path, ImageSize size, YoloConfig config, ConversionContext context)
    {
        List<FormatObject> objects = [];
        if (!File.Exists(path))
        {
            return objects;
        }

        int number = 0;
        foreach (string line in context.Text.ReadLines(path))
        {
            FormatPlace place = new(path, $"line {++number}");
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0
                && context.Read(LossKind.InvalidObjects, () => ReadLine(words, size, config, place, context.Losses)) is { } item)
            {
                objects.Add(item);
            }
        }

        return objects;
    }

    /// <summary>A line of a file.</summary>
    /// <param name="classIndex">The object's class.</param>
    /// <param name="shares">Its polygon, as shares.</param>
    public static string Line(int classIndex, IEnumerable<double> shares) =>
        $"{classIndex} {string.Join(' ', shares.Select(share => share.ToString("R", CultureInfo.InvariantCulture)))}";

    private static FormatObject ReadLine(string[] words, ImageSize size, YoloConfig config, FormatPlace place, LossLog losses)
    {
        IReadOnlyList<string> names = config.Names;
        // Some tools write all numbers of a line as floats, the class too.
        double number = FormatXml.Number(words[0]) ?? -1;
        int index = number >= 0 && number < names.Count && number == Math.Floor(number) ? (int)number : -1;
        if (index < 0)
        {
            throw place.Invalid(
                $"the class is '{words[0]}'; it must be an index from 0 to {names.Count - 1}, as names of data.yaml has them.");
        }

        int count = words.Length - 1;
        int keypoints = 0;
        if (config.Keypoints is { } shape)
        {
            long whole = BoxNumbers + ((long)shape.Count * shape.Numbers);
            if (count != BoxNumbers && count != whole)
            {
                throw place.Invalid(
                    $"has {count} numbers behind the class; with kpt_shape [{shape.Count}, {shape.Numbers}] it must have {whole}, "
                    + $"or the {BoxNumbers} of a box.");
            }

            keypoints = count == whole ? shape.Count : 0;
            count = BoxNumbers;
        }

        if (count != BoxNumbers && (count < 6 || count % 2 != 0))
        {
            throw place.Invalid($"has {count} numbers behind the class; a polygon has an even number of them, 6 or more.");
        }

        double[] pixels = new double[count];
        for (int i = 0; i < count; i++)
        {
            bool valid = double.TryParse(words[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out double share)
                && share is >= -Slack and <= 1 + Slack;
            pixels[i] = valid
                ? ToPixels(share, i % 2 == 0 ? size.Width : size.Height)
                : throw place.Invalid($"has the coordinate '{words[i + 1]}'; it must be a share of the image's side, from 0 to 1.");
        }

        if (count > BoxNumbers)
        {
            return new FormatObject(names[index], CocoSegmentation.FromPolygons([pixels])) { Place = place };
        }

        losses.Add(LossKind.NoOutline, place);
        losses.Add(LossKind.Shapes, $"{place} (keypoints)", keypoints);
        (double x, double y, double width, double height) = (pixels[0], pixels[1], pixels[2], pixels[3]); // the center
        return new FormatObject(
            names[index], null, new BoxXywh(PolygonMath.Round(x - (width / 2)), PolygonMath.Round(y - (height / 2)), width, height))
        {
            Place = place,
        };
    }
}
