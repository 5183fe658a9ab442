using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>
/// The pixels of an image's segments, as run lengths: in COCO's images 3 % of what the image takes, so that they can be kept next to
/// it.
/// </summary>
/// <param name="Boxes">For each segment the smallest box around its pixels, at the image's own size whatever the masks' is.</param>
/// <param name="Masks">For each segment its mask; empty where the segment vanished in a smaller size.</param>
internal sealed record SegmentPixels(IReadOnlyList<Box> Boxes, IReadOnlyList<Rle> Masks)
{
    /// <summary>Reads a PNG of labels and holds it against the segments.</summary>
    /// <param name="path">The PNG.</param>
    /// <param name="ids">The ids of the segments that it must have, no other.</param>
    /// <param name="width">The image's width.</param>
    /// <param name="height">The image's height.</param>
    /// <exception cref="InputException">
    /// The PNG is missing, damaged or of another size, a segment has no pixel, or a pixel no segment.
    /// </exception>
    public static SegmentPixels Load(string path, IReadOnlyList<int> ids, int width, int height)
    {
        LabelMap labels = LabelMap.Load(path);
        if (labels.Width != width || labels.Height != height)
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"the labels are {labels.Width}x{labels.Height} pixels, the image is {width}x{height}");
        }

        return Of(labels, ids, path);
    }

    /// <summary>Takes a map of labels apart and holds it against the segments.</summary>
    /// <param name="labels">The map.</param>
    /// <param name="ids">The ids of the segments that it must have, no other.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <exception cref="InputException">A segment has no pixel, or a pixel no segment.</exception>
    public static SegmentPixels Of(LabelMap labels, IReadOnlyList<int> ids, string path)
    {
        SortedDictionary<int, Rle> masks = labels.ToMasks();
        foreach (int id in ids)
        {
            if (!masks.ContainsKey(id))
            {
                throw new InputException(
                    InputErrorKind.Invalid, path, null,
                    $"no pixel has the label {id}, which segments_info has as a segment");
            }
        }

        if (masks.Count > ids.Count)
        {
            int stray = masks.Keys.Except(ids).First();
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"{masks[stray].Area} pixels have the label {stray}, which segments_info does not have");
        }

        Rle[] own = [.. ids.Select(id => masks[id])];
        return new SegmentPixels([.. own.Select(mask => mask.Bounds)], own);
    }

    /// <summary>
    /// The masks in another size, each pixel from its nearest one. The map is resized, and not each mask, so that the pixels are those
    /// that PIL takes.
    /// </summary>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    public SegmentPixels Resize(int width, int height)
    {
        if (Masks.Count == 0 || (Masks[0].Width == width && Masks[0].Height == height))
        {
            return this;
        }

        LabelMap map = new(Masks[0].Width, Masks[0].Height);
        for (int i = 0; i < Masks.Count; i++)
        {
            foreach (ColumnRun run in Masks[i].EnumerateColumnRuns())
            {
                for (int y = run.Top; y < run.Bottom; y++)
                {
                    map.Row(y)[run.X] = i + 1;
                }
            }
        }

        SortedDictionary<int, Rle> masks = map.Resize(width, height).ToMasks();
        return this with { Masks = [.. Masks.Select((_, i) => masks.GetValueOrDefault(i + 1) ?? Rle.Empty(height, width))] };
    }
}
