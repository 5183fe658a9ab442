using FsCheck.Fluent;
using Panoptes.Masks;
using static Panoptes.Testing.RandomMasks;

namespace Panoptes.Tests.Masks;

public class RleLawTests
{
    [Fact]
    public void Text_and_back_is_the_same_mask() =>
        Holds(Any(), mask => Rle.Parse(mask.ToCompressedString(), mask.Height, mask.Width).Equals(mask));

    [Fact]
    public void Bytes_and_back_is_the_same_mask() => Holds(Any(), mask =>
    {
        byte[] pixels = new byte[mask.Height * mask.Width];
        mask.ToMask(pixels, 200);
        return pixels.Select(p => p == 200).SequenceEqual(Pixels(mask)) && Rle.FromMask(pixels, mask.Height, mask.Width).Equals(mask);
    });

    [Fact]
    public void Area_and_bounds_are_those_of_the_pixels() => Holds(Any(), mask =>
    {
        bool[] pixels = Pixels(mask);
        int[] xs = [.. Enumerable.Range(0, pixels.Length).Where(i => pixels[i]).Select(i => i % mask.Width)];
        int[] ys = [.. Enumerable.Range(0, pixels.Length).Where(i => pixels[i]).Select(i => i / mask.Width)];
        Box expected = xs.Length == 0 ? default : new Box(xs.Min(), ys.Min(), xs.Max() + 1, ys.Max() + 1);
        return mask.Area == xs.Length && mask.Bounds == expected && Bitmask.FromRle(mask).Area == xs.Length;
    });

    [Fact]
    public void Union_and_intersection_are_pixelwise() => Holds(Pair(), pair =>
    {
        (Rle a, Rle b) = pair;
        bool[] pixelsA = Pixels(a);
        bool[] pixelsB = Pixels(b);
        Rle union = a.Union(b);
        Rle common = a.Intersect(b);
        return Pixels(union).SequenceEqual(pixelsA.Zip(pixelsB, (p, q) => p || q))
            && Pixels(common).SequenceEqual(pixelsA.Zip(pixelsB, (p, q) => p && q))
            && union.Area + common.Area == a.Area + b.Area
            && a.IntersectionArea(b) == common.Area
            && union.Equals(Rle.FromCounts(union.Counts, a.Height, a.Width))
            && union.Complement().Equals(a.Complement().Intersect(b.Complement()));
    });

    [Fact]
    public void IoU_is_the_ratio_of_areas_and_for_a_crowd_of_the_own_area() => Holds(Pair(), pair =>
    {
        (Rle a, Rle b) = pair;
        long common = a.Intersect(b).Area;
        double iou = common == 0 ? 0 : (double)common / a.Union(b).Area;
        double crowd = common == 0 ? 0 : (double)common / a.Area;
        return a.IoU(b) == iou && b.IoU(a) == iou && a.IoU(b, crowd: true) == crowd
            && MaskIoU.Matrix([a, b], [b], [true])[0] == crowd && MaskIoU.Matrix([a], [b])[0] == iou;
    });

    [Fact]
    public void Operations_on_bits_agree_with_those_on_runs() => Holds(Pair(), pair =>
    {
        (Rle a, Rle b) = pair;
        Bitmask union = Bitmask.FromRle(a);
        union.UnionWith(Bitmask.FromRle(b));
        Bitmask common = Bitmask.FromRle(a);
        common.IntersectWith(Bitmask.FromRle(b));
        Bitmask rest = Bitmask.FromRle(a);
        rest.ExceptWith(Bitmask.FromRle(b));
        return union.ToRle().Equals(a.Union(b)) && common.ToRle().Equals(a.Intersect(b))
            && rest.ToRle().Equals(a.Intersect(b.Complement())) && common.Area == Bitmask.FromRle(a).IntersectionArea(Bitmask.FromRle(b));
    });

    [Fact]
    public void Flipping_mirrors_the_columns_and_twice_changes_nothing() => Holds(Any(), mask =>
    {
        Rle flipped = mask.FlipHorizontally();
        bool[] expected = [.. Pixels(mask).Chunk(mask.Width).SelectMany(row => row.Reverse())];
        return Pixels(flipped).SequenceEqual(expected) && flipped.FlipHorizontally().Equals(mask);
    });

    [Fact]
    public void Cropping_takes_the_pixels_of_the_window() => Holds(
        from mask in Any()
        from window in Gen.Choose(-5, 20).Four()
        select (mask, window),
        input =>
        {
            (Rle mask, (int x, int y, int h, int w)) = input;
            (int height, int width) = (Math.Max(h, 0), Math.Max(w, 0));
            bool[] pixels = Pixels(mask);
            bool[] expected = new bool[height * width];
            for (int i = 0; i < expected.Length; i++)
            {
                (int row, int column) = (y + (i / width), x + (i % width));
                expected[i] = row >= 0 && row < mask.Height && column >= 0 && column < mask.Width && pixels[(row * mask.Width) + column];
            }

            return Pixels(mask.Crop(x, y, height, width)).SequenceEqual(expected);
        });

    [Fact]
    public void Resizing_takes_the_nearest_pixel() => Holds(
        from mask in Any()
        from size in Gen.Choose(1, 40).Two()
        select (mask, size),
        input =>
        {
            (Rle mask, (int height, int width)) = input;
            bool[] pixels = Pixels(mask);
            bool[] expected = new bool[height * width];
            for (int i = 0; i < expected.Length; i++)
            {
                int row = ((2 * (i / width)) + 1) * mask.Height / (2 * height);
                int column = ((2 * (i % width)) + 1) * mask.Width / (2 * width);
                expected[i] = pixels[(row * mask.Width) + column];
            }

            return Pixels(mask.Resize(height, width)).SequenceEqual(expected);
        });

    [Fact]
    public void A_builder_fed_with_the_columns_gives_the_mask() => Holds(Any(), mask =>
    {
        RleBuilder byRuns = new(mask.Height, mask.Width);
        foreach (ColumnRun run in mask.EnumerateColumnRuns())
        {
            byRuns.AppendRun(run.X, run.Top, run.Bottom);
        }

        RleBuilder byColumns = new(mask.Height, mask.Width);
        bool[] pixels = Pixels(mask);
        for (int x = 0; x < mask.Width; x++)
        {
            IEnumerable<bool> column = Enumerable.Range(0, mask.Height).Select(y => pixels[(y * mask.Width) + x]);
            byColumns.AppendColumn(x, 0, [.. column.Select(p => p ? (byte)9 : (byte)0)]);
        }

        return byRuns.ToRle().Equals(mask) && byColumns.ToRle().Equals(mask) && byRuns.ToRle().IsEmpty;
    });

    [Fact]
    public void Polygons_traced_from_a_mask_draw_the_same_mask() => Holds(
        from height in Gen.Choose(1, 14)
        from width in Gen.Choose(1, 70)
        from mask in OfSize(height, width)
        select mask,
        mask => Rle.FromPolygons(Contours.ToPolygons(mask), mask.Height, mask.Width).Equals(mask));

    [Fact]
    public void Rings_of_regions_without_their_holes_are_the_mask() => Holds(
        from height in Gen.Choose(1, 14)
        from width in Gen.Choose(1, 70)
        from mask in OfSize(height, width)
        select mask,
        mask =>
        {
            Rle all = Rle.Empty(mask.Height, mask.Width);
            foreach (IReadOnlyList<double[]> rings in mask.ToRings())
            {
                Rle region = Rle.FromPolygon(rings[0], mask.Height, mask.Width);
                all = all.Union(rings.Skip(1).Aggregate(region, (r, hole) => r.Intersect(Rle.FromPolygon(hole, mask.Height, mask.Width).Complement())));
            }

            return all.Equals(mask) && mask.ToRings().Sum(rings => rings.Count) == Contours.Trace(mask).Count;
        });

    [Fact]
    public void Outlines_enclose_the_area_of_the_mask() => Holds(Any(), mask =>
    {
        IReadOnlyList<Contour> contours = Contours.Trace(mask);
        double area = contours.Sum(c => (c.IsHole ? -1 : 1) * Math.Abs(Shoelace(c.Points)));
        return area == mask.Area && contours.All(c => c.IsHole ? !contours[c.Parent].IsHole : c.Parent == -1);
    });

    private static double Shoelace(IReadOnlyList<int> p) => Enumerable.Range(0, p.Count / 2).Sum(i =>
        (p[2 * i] * p[((2 * i) + 3) % p.Count]) - (p[((2 * i) + 2) % p.Count] * p[(2 * i) + 1])) / 2.0;
}
