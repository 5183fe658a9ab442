using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;
using Panoptes.Server.Requests;

namespace Panoptes.Server.Results;

/// <summary>
/// Writes what was found in the form that a request asks for. Images are added one after the other, and only what the answer says of
/// each is kept: the pixels and label maps of a form's images together would take gigabytes.
/// </summary>
/// <param name="model">The model's name.</param>
/// <param name="isPanoptic">Whether it is a panoptic model.</param>
/// <param name="settings">What was asked for.</param>
/// <param name="wait">The time that the request waited.</param>
internal sealed class AnswerWriter(string model, bool isPanoptic, SegmentSettings settings, TimeSpan wait)
{
    private static readonly ServerJson s_json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private readonly List<SegmentedImage> _images = [];
    private readonly List<CocoResult> _results = [];
    private Answer? _single;
    private int _count;

    /// <summary>Adds an image; one for the forms that have one.</summary>
    public void Add(FoundImage image)
    {
        _count++;
        switch (settings.Format)
        {
            case ResultFormat.Json:
                _images.Add(Describe(image, settings.Rle, wait));
                break;
            case ResultFormat.Coco:
                _results.AddRange(Coco(image, _count));
                break;
            default:
                _single = Single(image);
                break;
        }
    }

    /// <summary>Writes the answer, once all images are added.</summary>
    public Answer Finish()
    {
        switch (settings.Format)
        {
            case ResultFormat.Json:
                SegmentResponse response = new(model, isPanoptic ? "panoptic" : "instances", _images);
                return new Answer("application/json", JsonSerializer.SerializeToUtf8Bytes(response, s_json.SegmentResponse));
            case ResultFormat.Coco:
                CocoResult[] results = [.. _results];
                return new Answer("application/json", JsonSerializer.SerializeToUtf8Bytes(results, s_json.CocoResultArray));
            default:
                return _single ?? throw new InvalidOperationException("There is no image.");
        }
    }

    private Answer Single(FoundImage image)
    {
        switch (settings.Format)
        {
            case ResultFormat.GeoJson:
                using (MemoryStream stream = new())
                {
                    GeoJson.Save(stream, image.Found);
                    return new Answer("application/geo+json", stream.ToArray());
                }

            case ResultFormat.Overlay:
                string type = settings.ImageFormat switch
                {
                    ImageFormat.Jpeg => "image/jpeg",
                    ImageFormat.WebP => "image/webp",
                    _ => "image/png",
                };
                return new Answer(type, Overlay.Draw(image.Image, image.Found).Encode(settings.ImageFormat));
            default:
                return new Answer(SegmentSettings.PanopticPng, image.Found.Panoptic!.Labels.EncodePng());
        }
    }

    private static SegmentedImage Describe(FoundImage image, bool rle, TimeSpan wait)
    {
        SegmentationTimings time = image.Found.Timings;
        TimeSpan decode = image.Decode + time.Preprocess;
        return new SegmentedImage(
            image.Name,
            image.Found.Width,
            image.Found.Height,
            Objects(image.Found, rle),
            new SegmentTiming(
                Milliseconds(wait),
                Milliseconds(decode),
                Milliseconds(time.Network),
                Milliseconds(time.Postprocess),
                Milliseconds(wait + decode + time.Network + time.Postprocess)),
            image.Image.Warnings);
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    private static List<SegmentedObject> Objects(Segmentation found, bool rle)
    {
        IReadOnlyList<Rgb> colors = SegmentationOverlay.ColorsOf(found);
        List<SegmentedObject> objects = [];
        if (found.Panoptic is { } panoptic)
        {
            SortedDictionary<int, Rle> masks = panoptic.Labels.ToMasks();
            foreach (Segment segment in panoptic.Segments)
            {
                objects.Add(WithMask(
                    new SegmentedObject(
                        segment.Id, segment.ClassName, segment.CategoryId, segment.IsThing, Round(segment.Score), Xywh(segment.Box),
                        segment.Area, Hex(colors[objects.Count])),
                    masks[segment.Id],
                    rle));
            }

            return objects;
        }

        foreach (Instance instance in found.Instances)
        {
            objects.Add(WithMask(
                new SegmentedObject(
                    objects.Count + 1, instance.ClassName, instance.CategoryId, IsThing: true, Round(instance.Score), Xywh(instance.Box),
                    instance.Mask.Area, Hex(colors[objects.Count])),
                instance.Mask,
                rle));
        }

        return objects;
    }

    private static SegmentedObject WithMask(SegmentedObject found, Rle mask, bool rle) => rle
        ? found with { Rle = Compress(mask) }
        : found with { Polygons = [.. mask.ToRings().Select(rings => new MaskPolygon(rings[0], [.. rings.Skip(1)]))] };

    private static MaskRle Compress(Rle mask) => new([mask.Height, mask.Width], mask.ToCompressedString());

    private static string Hex(Rgb color) => string.Create(CultureInfo.InvariantCulture, $"#{color.R:x2}{color.G:x2}{color.B:x2}");

    private static float? Round(float? score) => score is { } value ? MathF.Round(value, 4) : null;

    private static double[] Xywh(Box box) =>
        [Math.Round(box.X1, 2), Math.Round(box.Y1, 2), Math.Round(box.Width, 2), Math.Round(box.Height, 2)];

    /// <summary>
    /// The name's stem is the image's id, as a number where it is one; the place in the request where it has no file name.
    /// </summary>
    private static IEnumerable<CocoResult> Coco(FoundImage image, int place)
    {
        string stem = Path.GetFileNameWithoutExtension(image.Name);
        object id = stem == image.Name ? (long)place
            : long.TryParse(stem, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
            : stem;
        return image.Found.Instances.Select(instance => new CocoResult(
            id, instance.CategoryId, Xywh(instance.Box), instance.Score, Compress(instance.Mask)));
    }
}
