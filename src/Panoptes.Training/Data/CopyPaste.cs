using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Training.Data;

/// <summary>
/// Pastes objects of one image over another (Ghiasi et al., Simple Copy-Paste, CVPR 2021): each at even odds, with hard edges, which the
/// paper found as good as smooth ones.
/// </summary>
internal static class CopyPaste
{
    /// <summary>Pastes.</summary>
    /// <param name="below">The image that is pasted on.</param>
    /// <param name="above">The image whose objects are pasted, moved by a random amount that keeps one of the two within the other.</param>
    /// <param name="random">The image's own stream of this epoch.</param>
    /// <returns>A new sample; <paramref name="below"/> itself where nothing was pasted.</returns>
    public static TrainingSample Apply(TrainingSample below, TrainingSample above, ref RandomStream random)
    {
        (int width, int height) = (below.Resized.Width, below.Resized.Height);
        int left = Offset(width - above.Resized.Width, ref random), top = Offset(height - above.Resized.Height, ref random);
        SampleObjects pasted = new();
        List<Rle> masks = [];
        for (int i = 0; i < above.Masks.Count; i++)
        {
            if (!random.NextBool())
            {
                continue;
            }

            Rle whole = above.Masks[i];
            Rle mask = whole.Crop(-left, -top, height, width);
            Box box = above.Boxes[i];
            box = new Box(box.X1 + left, box.Y1 + top, box.X2 + left, box.Y2 + top).Clip(width, height);
            if (pasted.Add(above.Classes[i], box, mask, outline: null, whole.Area))
            {
                masks.Add(mask);
            }
        }

        if (masks.Count == 0)
        {
            return below;
        }

        Rle cover = Rle.Union(masks);
        Rle rest = cover.Complement();
        SampleObjects objects = new();
        for (int i = 0; i < below.Masks.Count; i++)
        {
            Rle mask = below.Masks[i];
            objects.Add(below.Classes[i], below.Boxes[i], mask.Intersect(rest), below.Outlines[i], mask.Area);
        }

        objects.AddAll(pasted);
        return objects.ToSample(below.Record, below.Transform, Paint(below, above, cover, left, top), []);
    }

    private static int Offset(int room, ref RandomStream random) => random.NextInt(Math.Min(0, room), Math.Max(0, room));

    // Masks are mirrored where their images are, which mirror only when they are written into a batch.
    private static Image Paint(TrainingSample below, TrainingSample above, Rle cover, int left, int top)
    {
        Image painted = below.Resized.Clone();
        foreach (ColumnRun run in cover.EnumerateColumnRuns())
        {
            int to = below.Transform.Mirror ? painted.Width - 1 - run.X : run.X;
            int from = above.Transform.Mirror ? above.Resized.Width - 1 - (run.X - left) : run.X - left;
            for (int y = run.Top; y < run.Bottom; y++)
            {
                above.Resized.Row(y - top).Slice(3 * from, 3).CopyTo(painted.Row(y)[(3 * to)..]);
            }
        }

        return painted;
    }
}
