using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Json;

/// <summary>Reads blocks of a results file, one after the other.</summary>
internal sealed class ResultReader(ResultMasks masks)
{
    private readonly SegmentationReader _segmentation = new();
    private readonly List<DetectionRow> _rows = [];

    /// <summary>Reads a whole file with all cores.</summary>
    /// <param name="path">The file.</param>
    /// <param name="masks">Which masks to read; run lengths are not looked into.</param>
    /// <exception cref="InputException">The file is missing or malformed.</exception>
    public static DetectionRow[] Read(string path, ResultMasks masks)
    {
        List<DetectionRow[]> blocks = JsonLists.Read<DetectionRow[]>(
            path,
            () => new ResultReader(masks).Read,
            (ref JsonReader json) =>
            {
                json.Read();
                if (json.Token != JsonTokenType.StartArray)
                {
                    throw NoList();
                }
            });
        DetectionRow[] rows = new DetectionRow[blocks.Sum(block => block.Length)];
        int filled = 0;
        foreach (DetectionRow[] block in blocks)
        {
            block.CopyTo(rows, filled);
            filled += block.Length;
        }

        return rows;
    }

    private static InputException NoList() =>
        new("holds no list; a results file is a list of detections (a data set with annotations is not one).");

    private DetectionRow[] Read(ref JsonReader json, JsonBlock block)
    {
        if (block.List is not null)
        {
            throw NoList();
        }

        _rows.Clear();
        _segmentation.Begin(block.Length);
        JsonElements.ReadObjects(ref json, block, ReadDetection);
        return [.. _rows];
    }

    private void ReadDetection(ref JsonReader json, int index)
    {
        FieldErrors errors = default;
        long? imageId = null;
        long? categoryId = null;
        double? score = null;
        BoxXywh? box = null;
        JsonReader segmentation = default;
        bool hasSegmentation = false;
        _segmentation.Reset();
        while (json.ReadProperty())
        {
            ReadOnlySpan<byte> key = json.Name;
            json.Read();
            if (key.SequenceEqual("image_id"u8))
            {
                imageId = errors.Integer(ref json, "image_id", long.MinValue, long.MaxValue);
            }
            else if (key.SequenceEqual("category_id"u8))
            {
                categoryId = errors.Integer(ref json, "category_id", int.MinValue, int.MaxValue);
            }
            else if (key.SequenceEqual("score"u8))
            {
                score = errors.Number(ref json, "score");
            }
            else if (key.SequenceEqual("bbox"u8))
            {
                box = errors.Box(ref json);
            }
            else if (key.SequenceEqual("segmentation"u8))
            {
                // Which mask is needed shows once it is known whether there is a box.
                segmentation = json;
                hasSegmentation = true;
            }

            json.Skip();
        }

        if (hasSegmentation && (masks == ResultMasks.All || box is null))
        {
            _segmentation.Read(ref segmentation);
            errors.Add(_segmentation.Problem);
            errors.Add(_segmentation.IsPolygons
                ? "segmentation holds polygons; results hold masks as RLE, an object with size and counts"
                : null);
        }

        errors.Require(imageId, "image_id");
        errors.Require(categoryId, "category_id");
        errors.Require(score, "score");
        StoredMask mask = _segmentation.Mask;
        if (box is null && !mask.Exists)
        {
            errors.Add("neither bbox nor segmentation is there");
        }

        errors.Throw("detection", null, "", index);
        _rows.Add(new DetectionRow(imageId!.Value, (int)categoryId!.Value, box, score!.Value, mask));
    }
}
