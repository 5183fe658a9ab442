using Panoptes.Coco.Files.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>Reads the annotations of panopticapi's detection format.</summary>
internal static class DetectionFile
{
    private const int LargestSegmentId = 0xFFFFFF;

    /// <summary>The annotations, in the file's order.</summary>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static List<DetectionAnnotation> Read(string path)
    {
        List<DetectionAnnotation> annotations = [];
        using JsonListStream input = new(path);
        try
        {
            foreach (JsonListElement element in input.Elements().Where(e => e.List == "annotations"))
            {
                annotations.Add(ReadAnnotation(element, annotations.Count));
            }
        }
        catch (InputException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InputException($"{path}: {e.Message}", e);
        }

        input.Rest(); // complains about a file that is not an object
        return annotations;
    }

    private static DetectionAnnotation ReadAnnotation(JsonListElement element, int index)
    {
        JsonReader json = new(element.Text.Span);
        json.Read();
        FieldErrors errors = default;
        SegmentationReader segmentation = new();
        (long? id, long? imageId, long? categoryId, long? segmentId) = (null, null, null, null);
        (double? area, BoxXywh? box, bool crowd) = (null, null, false);
        while (json.ReadProperty())
        {
            string key = System.Text.Encoding.UTF8.GetString(json.Name);
            json.Read();
            switch (key)
            {
                case "id":
                    id = errors.Id(ref json, key);
                    break;
                case "image_id":
                    imageId = errors.Id(ref json, key);
                    break;
                case "category_id":
                    categoryId = errors.Id(ref json, key);
                    break;
                case "segment_id":
                    segmentId = errors.Integer(ref json, key, 1, LargestSegmentId);
                    break;
                case "area":
                    area = errors.Number(ref json, key);
                    break;
                case "bbox":
                    box = errors.Box(ref json);
                    break;
                case "iscrowd":
                    crowd = errors.Flag(ref json, key);
                    break;
                case "segmentation":
                    segmentation.Read(ref json);
                    errors.Add(segmentation.Problem);
                    break;
            }

            json.Skip();
        }

        errors.Require(id, "id");
        errors.Require(imageId, "image_id");
        errors.Require(categoryId, "category_id");
        errors.Add(segmentation.Mask.Exists ? null : "the key segmentation is missing or empty");
        errors.Throw("annotation", id, "annotations", index);
        return new DetectionAnnotation(
            imageId!.Value,
            id!.Value,
            (int?)segmentId,
            categoryId!.Value,
            area is { } stated && stated == Math.Floor(stated) ? (long)stated : null, // a panoptic area is a number of pixels
            box,
            crowd,
            segmentation.Mask.ToSegmentation()!);
    }
}
