using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Coco;

/// <summary>Reads COCO results files; <see cref="CocoWriter"/> writes them.</summary>
public static class ResultFile
{
    /// <summary>Reads the detections of a results file: a list of objects with <c>image_id</c>, <c>category_id</c>, <c>score</c> and
    /// <c>bbox</c>, <c>segmentation</c> (RLE, compressed or not) or both.</summary>
    /// <param name="path">The file.</param>
    /// <param name="masks">Which masks to read.</param>
    /// <returns>The detections in the file's order.</returns>
    /// <exception cref="InputException">The file is missing or malformed; the message names file, entry, key and value.</exception>
    public static List<CocoDetection> Load(string path, ResultMasks masks = ResultMasks.All)
    {
        try
        {
            return CocoJson.Read(path, (ref JsonFileReader json) => Read(ref json, masks));
        }
        catch (InputException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InputException($"{path}: {e.Message}", e);
        }
    }

    private static List<CocoDetection> Read(ref JsonFileReader json, ResultMasks masks)
    {
        json.Read();
        if (json.Token != JsonTokenType.StartArray)
        {
            throw new InputException("holds no list; a results file is a list of detections (a data set with annotations is not one).");
        }

        List<CocoDetection> detections = [];
        SegmentationReader segmentation = new();
        while (json.ReadElement())
        {
            if (json.Token != JsonTokenType.StartObject)
            {
                throw new InputException($"[{detections.Count}] is {json.Describe()}; it must be an object.");
            }

            detections.Add(ReadDetection(ref json, detections.Count, segmentation, masks));
        }

        json.Read(); // complains about anything after the list
        return detections;
    }

    private static CocoDetection ReadDetection(
        ref JsonFileReader json, int index, SegmentationReader segmentation, ResultMasks masks)
    {
        FieldErrors errors = default;
        long? imageId = null;
        long? categoryId = null;
        double? score = null;
        BoxXywh? box = null;
        segmentation.Reset();
        while (json.ReadProperty())
        {
            if (json.Is("segmentation"u8))
            {
                json.Read();
                segmentation.Read(ref json);
                errors.Add(segmentation.Problem);
                continue;
            }

            bool isImageId = json.Is("image_id"u8);
            bool isCategoryId = json.Is("category_id"u8);
            bool isScore = json.Is("score"u8);
            bool isBox = json.Is("bbox"u8);
            json.Read();
            if (isImageId)
            {
                imageId = errors.Integer(ref json, "image_id", long.MinValue, long.MaxValue);
            }
            else if (isCategoryId)
            {
                categoryId = errors.Integer(ref json, "category_id", int.MinValue, int.MaxValue);
            }
            else if (isScore)
            {
                score = errors.Number(ref json, "score");
            }
            else if (isBox)
            {
                box = errors.Box(ref json);
                continue;
            }

            json.Skip();
        }

        errors.Require(imageId, "image_id");
        errors.Require(categoryId, "category_id");
        errors.Require(score, "score");
        Rle? mask = null;
        if (segmentation.Polygons.Count > 0 || segmentation.Removed.Count > 0)
        {
            errors.Add("segmentation holds polygons; results hold masks as RLE, an object with size and counts");
        }
        else if (segmentation.IsRle && !errors.Any && (masks == ResultMasks.All || box is null))
        {
            try
            {
                mask = segmentation.ToRle();
            }
            catch (InputException e)
            {
                errors.Add($"segmentation: {e.Message.TrimEnd('.')}");
            }
        }

        if (box is null && mask is null)
        {
            errors.Add("neither bbox nor segmentation is there");
        }

        errors.Throw("detection", null, "", index);
        return new CocoDetection(imageId!.Value, (int)categoryId!.Value, box, score!.Value, mask);
    }
}
