using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Inference.Tiling;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.Tiling;

/// <summary>Tiles of 256 pixels that share 64, on images whose tiles begin at multiples of 8.</summary>
public class TiledSegmenterTests
{
    private static readonly TilingOptions s_options = new() { TileSize = 256, Overlap = 64, WholeImage = false };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Everywhere: inside of tiles, on seams, where four tiles meet, at the image's edges.</summary>
    private static DiscWorld.Disc[] Discs =>
    [
        new(60, 60, 30), new(222, 100, 28), new(224, 224, 30, Class: 1), new(224, 380, 40), new(400, 220, 25),
        new(420, 400, 60, Class: 1), new(0, 300, 30), new(440, 20, 16), new(330, 330, 20),
    ];

    private static Segmentation Untiled(DiscWorld world, Image image, bool panoptic = false) =>
        world.Segmenter(image.Size.ShortSide, panoptic).Segment(image, Cancellation);

    /// <summary>Masks end at a tile's edge within half a cell, 4 pixels, of where they would end beyond it.</summary>
    private static void AssertAlike(IReadOnlyList<Instance> expected, IReadOnlyList<Instance> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        List<Instance> left = [.. actual];
        foreach (Instance instance in expected)
        {
            Instance same = left.MaxBy(other => other.ClassIndex == instance.ClassIndex ? other.Mask.IoU(instance.Mask) : -1)!;
            Assert.True(same.Mask.IoU(instance.Mask) > 0.97, $"{instance.Box} has no equal; the nearest is {same.Box}");
            Assert.Equal((instance.ClassName, instance.CategoryId), (same.ClassName, same.CategoryId));
            Assert.True(Math.Abs(instance.Score - same.Score) < 0.01, $"{instance.Score} and {same.Score}");
            left.Remove(same);
        }
    }

    [Fact]
    public void Tiles_find_what_the_image_as_a_whole_shows()
    {
        DiscWorld world = new(Discs);
        Image image = DiscWorld.Draw(448, 448);
        Segmentation whole = Untiled(world, image);

        Segmentation tiled = new TiledSegmenter(world.Segmenter(), s_options).Segment(image, Cancellation);

        Assert.Equal(Discs.Length, whole.Instances.Count);
        AssertAlike(whole.Instances, tiled.Instances);
        Assert.Equal((448, 448), (tiled.Width, tiled.Height));
        Assert.Equal(tiled.Instances.OrderByDescending(i => i.Score), tiled.Instances);
    }

    [Fact]
    public async Task A_file_gives_what_the_image_in_memory_gives_and_so_does_any_batch()
    {
        DiscWorld world = new(Discs);
        Image image = DiscWorld.Draw(640, 448);
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.png");
        image.SavePng(file);
        Segmentation expected = new TiledSegmenter(world.Segmenter(), s_options).Segment(image, Cancellation);
        try
        {
            foreach (int batch in (int[])[1, 4])
            {
                using ImageRegions regions = ImageRegions.Open(file);
                List<int> progress = [];
                TiledSegmenter tiled = new(world.Segmenter(), s_options with { BatchSize = batch });
                TiledSegmentation found = await tiled.SegmentAsync(regions, new Told(progress), Cancellation);
                Assert.False(regions.IsWhole);
                Assert.Equal(expected.Instances, found.Instances);
                Assert.Equal(6, found.Tiles);
                Assert.Equal(6, tiled.CountTiles(regions.Size));
                Assert.Equal(Enumerable.Range(1, 6), progress);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void An_image_no_larger_than_a_tile_is_not_changed()
    {
        DiscWorld world = new(Discs);
        Image image = DiscWorld.Draw(256, 200);
        Segmentation plain = world.Segmenter(200).Segment(image, Cancellation);

        Segmentation tiled = new TiledSegmenter(world.Segmenter(200), s_options with { WholeImage = true }).Segment(image, Cancellation);

        Assert.Equal(plain.Instances, tiled.Instances);
        Assert.Equal(2, world.Seen);
    }

    [Fact]
    public void What_no_tile_shows_whole_is_taken_from_the_whole_image_once()
    {
        // 400 pixels wide in tiles of 256: cut in all of them. The network shows the image at half its size.
        DiscWorld world = new(new(224, 224, 200, Logit: 4), new(30, 30, 20));
        Image image = DiscWorld.Draw(512, 512);
        TiledSegmenter with = new(world.Segmenter(), s_options with { WholeImage = true });

        IReadOnlyList<Instance> found = with.Segment(image, Cancellation).Instances;

        Assert.Equal(10, world.Seen); // nine tiles, and the whole
        Assert.Equal(10, with.CountTiles(image.Size));
        Assert.Equal(2, found.Count);
        Assert.True(found[0].Mask.IoU(Rle.FromBitmask(Disc(512, 224, 224, 200))) > 0.97);
        Assert.True(found[1].Mask.IoU(Rle.FromBitmask(Disc(512, 30, 30, 20))) > 0.9);
    }

    [Fact]
    public void Segments_of_tiles_are_those_of_the_image()
    {
        DiscWorld world = new(new(60, 60, 30), new(222, 224, 40), new(300, 400, 35)) { Horizon = 224 };
        Image image = DiscWorld.Draw(448, 448);
        PanopticSegmentation whole = Untiled(world, image, panoptic: true).Panoptic!;
        TiledSegmenter segmenter = new(world.Segmenter(panoptic: true), s_options);

        PanopticSegmentation tiled = segmenter.Segment(image, Cancellation).Panoptic!;

        Assert.Equal(["sky", "grass", "disc", "disc", "disc"], whole.Segments.Select(s => s.ClassName));
        Assert.Equal(whole.Segments.Select(s => s.ClassName), tiled.Segments.Select(s => s.ClassName));
        Assert.Equal(Enumerable.Range(1, 5), tiled.Segments.Select(s => s.Id));
        Dictionary<int, Rle> expected = new(whole.Labels.ToMasks());
        foreach ((int id, Rle mask) in tiled.Labels.ToMasks())
        {
            Segment segment = tiled.Segments[id - 1];
            Assert.Equal((mask.Area, mask.Bounds), (segment.Area, segment.Box));
            Assert.Contains(expected, pair => whole.Segments[pair.Key - 1].ClassName == segment.ClassName && pair.Value.IoU(mask) > 0.95);
        }
    }

    [Fact]
    public async Task Labels_come_row_by_row_as_they_are_in_the_map()
    {
        DiscWorld world = new([.. Discs.Select(disc => disc with { Class = 0 })]) { Horizon = 224 };
        Image image = DiscWorld.Draw(448, 448);
        using ImageRegions regions = ImageRegions.Of(image);
        TiledSegmentation found = await new TiledSegmenter(world.Segmenter(panoptic: true), s_options).SegmentAsync(
            regions, cancellationToken: Cancellation);
        LabelMap map = found.ToSegmentation().Panoptic!.Labels;
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.png");
        try
        {
            using (LabelRows rows = found.OpenLabels()) rows.SavePng(file);
            Assert.True(LabelMap.Load(file).Labels.SequenceEqual(map.Labels));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(63, 10, 0.5, "TileSize")]
    [InlineData(100, 51, 0.5, "Overlap")]
    [InlineData(100, -1, 0.5, "Overlap")]
    [InlineData(100, 10, 0, "MergeIou")]
    [InlineData(100, 10, double.NaN, "MergeIou")]
    public void Options_that_make_no_sense_are_refused(int tile, int overlap, double iou, string named)
    {
        TilingOptions options = new() { TileSize = tile, Overlap = overlap, MergeIou = iou };
        using Segmenter segmenter = new DiscWorld().Segmenter();
        Assert.Contains($"TilingOptions.{named}", Assert.Throws<InputException>(() => new TiledSegmenter(segmenter, options)).Message);
    }

    [Fact]
    public async Task A_cancelled_call_ends()
    {
        using ImageRegions regions = ImageRegions.Of(DiscWorld.Draw(448, 448));
        TiledSegmenter segmenter = new(new DiscWorld().Segmenter(), s_options);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => segmenter.SegmentAsync(regions, cancellationToken: new CancellationToken(canceled: true)));
    }

    private static Bitmask Disc(int size, double x, double y, double radius)
    {
        Bitmask mask = new(size, size);
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
                mask[row, column] = double.Hypot(column + 0.5 - x, row + 0.5 - y) < radius;
        }

        return mask;
    }

    private sealed class Told(List<int> values) : IProgress<int>
    {
        public void Report(int value) => values.Add(value);
    }
}
