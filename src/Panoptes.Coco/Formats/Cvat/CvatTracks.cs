using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Panoptes.Imaging;

namespace Panoptes.Coco.Formats.Cvat;

/// <summary>
/// Reads the tracks of CVAT for video 1.1: the shapes of an object in the frames of a video. Where frames between two shapes are not
/// listed, boxes, ellipses and polygons move from one to the other in a straight line, as in CVAT; a shape that is outside is not seen
/// until the next. Frames are numbered as in the video, of which a task may hold every so many only.
/// </summary>
internal static partial class CvatTracks
{
    private static readonly string[] s_numbers = ["xtl", "ytl", "xbr", "ybr", "cx", "cy", "rx", "ry"];

    /// <summary>Reads the tracks; each frame that an object is seen in is an image, <c>frame_000012</c> as CVAT names it.</summary>
    /// <param name="root">The file's root.</param>
    /// <param name="path">The file.</param>
    /// <param name="names">Finds the images.</param>
    /// <param name="context">Where what is skipped is named.</param>
    /// <exception cref="InputException">There are more shapes than <see cref="InputLimits.MaxElements"/>, or the tracks are those of
    /// several tasks.</exception>
    public static IReadOnlyList<FormatImage> Read(XElement root, string path, FormatImageNames names, ConversionContext context)
    {
        if (root.Element("track") is null)
        {
            return [];
        }

        XElement? task = TaskOf(root, path);
        XElement? stated = task?.Element("original_size") ?? root.Element("meta")?.Element("original_size");
        Frames all = FramesOf(task, path, context);
        SortedDictionary<int, List<Seen>> frames = [];
        int shapes = 0;
        foreach (XElement track in root.Elements("track"))
        {
            FormatPlace place = new(path, $"track {track.Attribute("id")?.Value}".TrimEnd());
            CvatShape.AddGroup(track, context.Losses);
            foreach (XElement attribute in track.Elements("attribute"))
            {
                context.Losses.Add(LossKind.Attributes, attribute.Attribute("name")?.Value ?? "attribute");
            }

            foreach (Seen seen in Shapes(track, place, all, context))
            {
                if (++shapes > InputLimits.Default.MaxElements)
                {
                    throw new InputException(
                        InputErrorKind.TooLarge,
                        path,
                        place.Element,
                        $"the tracks have more than {InputLimits.Default.MaxElements} shapes.");
                }

                frames.TryAdd(seen.Frame, []);
                frames[seen.Frame].Add(seen);
            }
        }

        KeyValuePair<int, List<Seen>>[] images = [.. frames];
        return context.ReadImages(images.Length, i =>
        {
            string file = NameOf(images[i].Key, names);
            ImageSize size = FormatXml.Length(stated?.Element("width")?.Value) is { } width
                && FormatXml.Length(stated?.Element("height")?.Value) is { } height
                ? new ImageSize(width, height)
                : FormatImageFiles.SizeOf(context.Images, file);
            List<FormatObject> objects = [];
            foreach (Seen seen in images[i].Value.OrderBy(seen => FormatXml.Number(seen.Shape.Attribute("z_order")?.Value) ?? 0))
            {
                if (context.Read(LossKind.InvalidObjects, () => CvatShape.Read(seen.Shape, size, seen.Place, context.Losses)) is { } item)
                {
                    objects.Add(item);
                }
            }

            return new FormatImage(file, size, objects);
        });
    }

    private static string NameOf(int frame, FormatImageNames names)
    {
        string name = frame.ToString("'frame_'000000", CultureInfo.InvariantCulture);
        return names.NameOf($"{name}.PNG", $"{name}.png", $"{name}.jpg", $"{name}.jpeg");
    }

    /// <summary>What the file says about the task, or the job of it, that its tracks belong to.</summary>
    /// <exception cref="InputException">They belong to several, each of which counts its own frames.</exception>
    private static XElement? TaskOf(XElement root, string path)
    {
        string[] ids = [.. root.Elements("track").Select(track => track.Attribute("task_id")?.Value).OfType<string>().Distinct()];
        if (ids.Length > 1)
        {
            throw new InputException(
                InputErrorKind.Unsupported, path, null,
                $"the tracks belong to {ids.Length} tasks ({string.Join(", ", ids.Take(5))}), which number their frames alike; "
                + "export each task on its own.");
        }

        XElement? meta = root.Element("meta");
        XElement[] tasks = [.. meta?.Descendants("task") ?? []];
        return tasks.FirstOrDefault(task => ids.Length == 1 && task.Element("id")?.Value.Trim() == ids[0])
            ?? tasks.FirstOrDefault() ?? meta?.Element("job");
    }

    /// <summary>The frames that a task takes from its video: CVAT states the first, the last and the step between them.</summary>
    private static Frames FramesOf(XElement? task, string path, ConversionContext context)
    {
        int step = 1;
        if (task?.Element("frame_filter")?.Value.Trim() is { Length: > 0 } filter)
        {
            bool known = int.TryParse(Filter().Match(filter).Groups[1].Value, CultureInfo.InvariantCulture, out step) && step >= 1;
            step = known ? step : 1;
            context.Losses.Add(
                LossKind.IgnoredParts, $"{path}: frame_filter is '{filter}'; step=N is read, with N of 1 or more", known ? 0 : 1);
        }

        long? first = Frame("start_frame");
        long? count = FormatXml.Length(task?.Element("size")?.Value);
        return new Frames(step, Frame("stop_frame") ?? ((first ?? 0) + ((count - 1) * step)));

        long? Frame(string key) =>
            int.TryParse(task?.Element(key)?.Value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int frame) ? frame : null;
    }

    [GeneratedRegex(@"^step\s*=\s*([0-9]+)$")]
    private static partial Regex Filter();

    /// <summary>The shapes of an object in all frames that it is seen in.</summary>
    private static IEnumerable<Seen> Shapes(XElement track, FormatPlace place, Frames all, ConversionContext context)
    {
        XElement[] keys = [.. track.Elements().Where(shape => IsShape(shape, place, context)).OrderBy(shape => FrameOf(shape))];
        for (int i = 0; i < keys.Length; i++)
        {
            XElement shape = new(keys[i]);
            shape.SetAttributeValue("label", track.Attribute("label")?.Value);
            if (shape.Attribute("outside")?.Value == "1")
            {
                continue;
            }

            int frame = FrameOf(shape)!.Value;
            XElement? next = i + 1 < keys.Length ? keys[i + 1] : null;
            long end = next is null ? Math.Max(frame, Math.Min(all.Last ?? frame, int.MaxValue)) : FrameOf(next)!.Value - 1;
            bool holds = next is null || next.Attribute("outside")?.Value == "1";
            for (long between = frame; between <= end; between += all.Step)
            {
                double share = holds ? 0 : (between - frame) / (double)(end + 1 - frame);
                if (Between(shape, next, share) is not { } moved)
                {
                    context.Losses.Add(
                        LossKind.IgnoredParts,
                        $"{place}: frames {between} to {end}: the shapes around them do not fit each other, so none is between",
                        ((end - between) / all.Step) + 1);
                    break;
                }

                yield return new Seen((int)between, moved, place.In($": frame {between}"));
            }
        }
    }

    private static bool IsShape(XElement shape, FormatPlace place, ConversionContext context)
    {
        if (shape.Name.LocalName == "attribute")
        {
            return false;
        }

        if (FrameOf(shape) is not null)
        {
            return true;
        }

        context.Read<object>(LossKind.InvalidObjects, () => throw place.Invalid(
            $"{shape.Name.LocalName}: frame is '{shape.Attribute("frame")?.Value}'; it must be an integer of 0 or more."));
        return false;
    }

    private static int? FrameOf(XElement shape) =>
        int.TryParse(shape.Attribute("frame")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int frame) ? frame : null;

    /// <summary>A shape on its way to the next; null if there is none.</summary>
    private static XElement? Between(XElement shape, XElement? next, double share)
    {
        if (share == 0 || next is null)
        {
            return shape;
        }

        XElement moved = new(shape);
        foreach (string key in s_numbers)
        {
            if (FormatXml.Number(shape.Attribute(key)?.Value) is { } from)
            {
                if (FormatXml.Number(next.Attribute(key)?.Value) is not { } to)
                {
                    return null;
                }

                moved.SetAttributeValue(key, Text(from + (share * (to - from))));
            }
        }

        if (shape.Name.LocalName == "polygon")
        {
            double[]? from = Numbers(shape);
            double[]? to = Numbers(next);
            if (from is null || to is null || from.Length != to.Length)
            {
                return null;
            }

            string[] points = [.. Enumerable.Range(0, from.Length).Select(i => Text(from[i] + (share * (to[i] - from[i]))))];
            moved.SetAttributeValue("points", string.Join(';', points.Chunk(2).Select(point => string.Join(',', point))));
        }

        return shape.Name == next.Name && shape.Name.LocalName is "box" or "ellipse" or "polygon" ? moved : null;
    }

    private static double[]? Numbers(XElement shape)
    {
        double?[] numbers = [.. (shape.Attribute("points")?.Value ?? "").Split(';', ',').Select(FormatXml.Number)];
        return numbers.Length % 2 == 0 && numbers.All(number => number is not null) ? [.. numbers.OfType<double>()] : null;
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The frames of a task.</summary>
    /// <param name="Step">From a frame to the next.</param>
    /// <param name="Last">The last one; null where the file does not tell.</param>
    private readonly record struct Frames(int Step, long? Last);

    /// <summary>A shape in one frame.</summary>
    private readonly record struct Seen(int Frame, XElement Shape, FormatPlace Place);
}
