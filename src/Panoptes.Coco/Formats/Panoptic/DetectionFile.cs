using Panoptes.Coco.Files.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>Reads the annotations of panopticapi's detection format.</summary>
internal static class DetectionFile
{
    private const int LargestSegmentId = 0xFFFFFF;

    /// <summary>The annotations, in the file's order; one that is malformed is skipped, counted and named.</summary>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static List<DetectionAnnotation> Read(string path, ConversionContext context)
    {
        List<DetectionAnnotation> annotations = [];
        using JsonListStream input = new(path, cancellationToken: context.CancellationToken);
        int index = 0;
        foreach (JsonListElement element in input.Elements().Where(e => e.List == "annotations"))
        {
            if (context.Read(LossKind.InvalidObjects, () => ReadAnnotation(element, index, path)) is { } annotation)
            {
                annotations.Add(annotation);
            }

            index++;
        }

        input.Rest(); // complains about a file that is not an object
        return annotations;
    }

    private static DetectionAnnotation ReadAnnotation(JsonListElement element, int index, string path)
    {
        try
        {
            return ReadAnnotation(element, index);
        }
        catch (InputException e)
        {
            throw e.InFile(path);
        }
    }

    private static DetectionAnnotation ReadAnnotation(JsonListElement element, int index)
    {
        JsonReader json = new(element.Text.Span);
        json.Read();
        FieldErrors errors = default;
        SegmentationReader segmentation = new();
        (long? id, long? imageId, long? categoryId, long? segmentId) = (null, null, null, null);
        (double? area, BoxXywh? box, bool crowd) = (null, null, false);
        UniqueKeys keys = new(json);
        while (json.ReadProperty())
        {
            keys.Note(json.Name);
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

        keys.Require(ref errors);
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
