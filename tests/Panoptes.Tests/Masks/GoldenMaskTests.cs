using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Tests.Masks;

/// <summary>Every annotation of COCO's val2017 sample against what pycocotools 2.0.11 made of it.</summary>
public class GoldenMaskTests
{
    [Fact]
    public void Masks_of_all_annotations_equal_pycocotools_in_text_area_and_box()
    {
        Dictionary<long, Rle> masks = LoadMasks(out _);
        using JsonDocument golden = GoldenFile.Open("golden/masks_val2017.json");
        int checkedMasks = 0;
        foreach (JsonElement expected in golden.RootElement.GetProperty("annotations").EnumerateArray())
        {
            Rle mask = masks[expected.GetProperty("id").GetInt64()];
            double[] box = GoldenFile.Numbers(expected.GetProperty("bbox"));
            Assert.Equal(expected.GetProperty("counts").GetString(), mask.ToCompressedString());
            Assert.Equal(expected.GetProperty("area").GetInt64(), mask.Area);
            Assert.Equal(Box.FromXywh(box[0], box[1], box[2], box[3]), mask.Bounds);
            Assert.Equal(mask, Rle.Parse(expected.GetProperty("counts").GetString(), mask.Height, mask.Width));
            checkedMasks++;
        }

        Assert.Equal(903, checkedMasks);
    }

    [Fact]
    public void Masks_survive_bytes_and_bits()
    {
        foreach (Rle mask in LoadMasks(out _).Values)
        {
            byte[] pixels = new byte[mask.Height * mask.Width];
            mask.ToMask(pixels);
            Assert.Equal(mask.Area, pixels.Sum(p => (long)p));
            Assert.Equal(mask, Rle.FromMask(pixels, mask.Height, mask.Width));
            Assert.Equal(mask, Bitmask.FromRle(mask).ToRle());
        }
    }

    internal static Dictionary<long, Rle> LoadMasks(out Dictionary<long, double[]> boxes)
    {
        using JsonDocument data = GoldenFile.Open("coco/annotations/instances_val2017.json");
        Dictionary<long, (int Height, int Width)> sizes = data.RootElement.GetProperty("images").EnumerateArray().ToDictionary(
            image => image.GetProperty("id").GetInt64(),
            image => (image.GetProperty("height").GetInt32(), image.GetProperty("width").GetInt32()));
        Dictionary<long, Rle> masks = [];
        boxes = [];
        foreach (JsonElement annotation in data.RootElement.GetProperty("annotations").EnumerateArray())
        {
            (int height, int width) = sizes[annotation.GetProperty("image_id").GetInt64()];
            JsonElement segmentation = annotation.GetProperty("segmentation");
            long id = annotation.GetProperty("id").GetInt64();
            boxes[id] = GoldenFile.Numbers(annotation.GetProperty("bbox"));
            masks[id] = segmentation.ValueKind == JsonValueKind.Array
                ? Rle.FromPolygons([.. segmentation.EnumerateArray().Select(GoldenFile.Numbers)], height, width)
                : Rle.FromCounts([.. segmentation.GetProperty("counts").EnumerateArray().Select(c => c.GetUInt32())], height, width);
        }

        return masks;
    }
}
