using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;
using Panoptes.Server.Requests;

namespace Panoptes.Server.Results;

/// <summary>Writes what was found in the form that a request asks for.</summary>
internal static class AnswerWriter
{
    private static readonly ServerJson s_json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Writes the answer.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="isPanoptic">Whether it is a panoptic model.</param>
    /// <param name="images">The images; one for the forms that have one.</param>
    /// <param name="settings">What was asked for.</param>
    /// <param name="wait">The time that the request waited.</param>
    public static Answer Write(string model, bool isPanoptic, IReadOnlyList<FoundImage> images, SegmentSettings settings, TimeSpan wait)
    {
        switch (settings.Format)
        {
            case ResultFormat.Json:
                SegmentResponse response = new(
                    model, isPanoptic ? "panoptic" : "instances", [.. images.Select(image => Describe(image, settings.Rle, wait))]);
                return new Answer("application/json", JsonSerializer.SerializeToUtf8Bytes(response, s_json.SegmentResponse));
            case ResultFormat.Coco:
                CocoResult[] results = [.. images.SelectMany((image, i) => Coco(image, i + 1))];
                return new Answer("application/json", JsonSerializer.SerializeToUtf8Bytes(results, s_json.CocoResultArray));
            case ResultFormat.GeoJson:
                using (MemoryStream stream = new())
                {
                    GeoJson.Save(stream, images[0].Found);
                    return new Answer("application/geo+json", stream.ToArray());
                }

            case ResultFormat.Overlay:
                string type = settings.ImageFormat switch
                {
                    ImageFormat.Jpeg => "image/jpeg",
                    ImageFormat.WebP => "image/webp",
                    _ => "image/png",
                };
                return new Answer(type, Overlay.Draw(images[0].Image, images[0].Found).Encode(settings.ImageFormat));
            default:
                return new Answer(SegmentSettings.PanopticPng, images[0].Found.Panoptic!.Labels.EncodePng());
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
