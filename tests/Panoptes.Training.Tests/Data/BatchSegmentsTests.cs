using Panoptes.Imaging;
using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

/// <summary>Labels of batches on images small enough to count by hand. Classes: two of stuff (0, 1), things from label 2 on.</summary>
public sealed class BatchSegmentsTests : IDisposable
{
    private const int Stuff = 2;

    private readonly ImageSet _set = new();

    public void Dispose() => _set.Dispose();

    /// <summary>Void, stuff of both classes, a crowd, and two things: one of a single pixel.</summary>
    private static readonly int[][] s_map =
    [
        [0, 7, 7, 7, 7, 7, 7, 7],
        [0, 7, 300, 300, 7, 7, 5, 5],
        [7, 7, 300, 300, 7, 7, 5, 5],
        [9, 9, 300, 300, 9, 9, 70000, 9],
        [9, 9, 9, 9, 9, 9, 9, 0],
    ];

    private static readonly SegmentRecord[] s_segments =
    [
        new(9, 1, IsThing: false, IsCrowd: false),
        new(5, 4, IsThing: true, IsCrowd: true),
        new(300, 3, IsThing: true, IsCrowd: false),
        new(7, 0, IsThing: false, IsCrowd: false),
        new(70000, 0, IsThing: true, IsCrowd: false),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_pixel_has_its_label_and_padding_none(bool mirror)
    {
        Add(s_map, s_segments);
        using Batch batch = Load(shortSide: 5, stride: 1, mirror);
        Assert.Equal((1, 32, 32), (batch.Segments.Stride, batch.Segments.Height, batch.Segments.Width));
        short[][] expected =
        [
            [-1, 0, 0, 0, 0, 0, 0, 0],
            [-1, 0, 2, 2, 0, 0, -1, -1],
            [0, 0, 2, 2, 0, 0, -1, -1],
            [1, 1, 2, 2, 1, 1, 3, 1],
            [1, 1, 1, 1, 1, 1, 1, -1],
        ];
        if (mirror)
            Array.ForEach(expected, row => Array.Reverse(row));
        ReadOnlySpan<short> labels = batch.Segments.Labels.Span;
        Assert.Equal(32 * 32, labels.Length);
        for (int y = 0; y < 32; y++)
        {
            for (int x = 0; x < 32; x++)
                Assert.Equal(y < 5 && x < 8 ? expected[y][x] : -1, labels[32 * y + x]);
        }

        // The instances in the order of their labels: crowds and stuff are none.
        Assert.Equal([3L, 0], batch.Classes.ToArray());
        float[] boxes = mirror ? [4, 1, 6, 4, 1, 3, 2, 4] : [2, 1, 4, 4, 6, 3, 7, 4];
        Assert.Equal(boxes, batch.Boxes.ToArray());
        Assert.True(batch.Masks.Contains(1, mirror ? 1 : 6, 3));
    }

    [Fact]
    public void At_a_stride_of_four_the_pixel_behind_each_cells_center_counts()
    {
        // Rows and columns 2 and 6 of each image; the second is mirrored by the same rule as its pixels are.
        int[][] map = [.. Enumerable.Range(0, 8).Select(y => Enumerable.Range(0, 10).Select(x => x / 5 + 1 + 2 * (y / 5)).ToArray())];
        map[2][2] = 77;
        SegmentRecord[] segments =
        [
            .. new[] { 1, 2, 3 }.Select(id => new SegmentRecord(id, id % 2, IsThing: false, IsCrowd: false)),
            new(4, 0, IsThing: true, IsCrowd: false), new(77, 1, IsThing: true, IsCrowd: false),
        ];
        Add(map, segments);
        using (Batch batch = Load(shortSide: 8, stride: 4, mirror: false))
        {
            Assert.Equal((4, 8, 8), (batch.Segments.Stride, batch.Segments.Height, batch.Segments.Width));
            Assert.Equal([3, 0, -1], batch.Segments.Labels.Span[..3].ToArray());
            Assert.Equal([1, 2, -1], batch.Segments.Labels.Span[8..11].ToArray());
        }

        // Mirrored: columns 2 and 6 are columns 7 and 3 of the file.
        using (Batch batch = Load(shortSide: 8, stride: 4, mirror: true))
        {
            Assert.Equal([0, 1, -1], batch.Segments.Labels.Span[..3].ToArray());
            Assert.Equal([2, 1, -1], batch.Segments.Labels.Span[8..11].ToArray());
            Assert.Equal([0L, 1], batch.Classes.ToArray()); // a thing without a label at this stride is an instance all the same
        }
    }

    [Fact]
    public void A_thing_that_vanishes_is_dropped_and_its_neighbors_keep_their_numbers_in_order()
    {
        // To a quarter: columns and rows 2, 6, 10, 14 remain. Thing 30 is a line between them, thing 40 stays.
        int[][] map = [.. Enumerable.Range(0, 16).Select(y => Enumerable.Range(0, 16).Select(x => x == 4 ? 30 : x > 8 ? 40 : 1).ToArray())];
        SegmentRecord[] segments =
        [
            new(30, 2, IsThing: true, IsCrowd: false), new(40, 1, IsThing: true, IsCrowd: false),
            new(1, 0, IsThing: false, IsCrowd: false),
        ];
        Add(map, segments);
        using Batch batch = Load(shortSide: 4, stride: 1, mirror: false);
        Assert.Equal([1L], batch.Classes.ToArray());
        Assert.Equal([2.25f, 0, 4, 4], batch.Boxes.ToArray());
        Assert.Equal([0, 0, 2, 2, -1], batch.Segments.Labels.Span[..5].ToArray());
    }

    [Fact]
    public void Images_of_a_batch_have_their_own_labels_and_a_pooled_batch_keeps_none()
    {
        Add(s_map, s_segments);
        Add([[1, 1], [1, 1]], [new(1, 1, IsThing: false, IsCrowd: false)]);
        LoaderOptions options = ImageSet.Options(2, batchSize: 2, flip: 0) with { SegmentStride = 1 };
        using ValidationLoader loader = new([_set.Records[0], _set.Records[1], _set.Records[1], _set.Records[1]], options);
        using (Batch first = loader.Next(TestContext.Current.CancellationToken)!)
        {
            Assert.Equal(2 * 32 * 32, first.Segments.Labels.Length);
            Assert.Equal([1, 1, -1], first.Segments.Labels.Span[1024..1027].ToArray());
            Assert.Contains((short)2, first.Segments.Labels.ToArray());
        }

        using Batch second = loader.Next(TestContext.Current.CancellationToken)!;
        Assert.Equal([(short)-1, (short)1], second.Segments.Labels.ToArray().Distinct().Order().ToArray());
        Assert.Equal(0, second.InstanceCount);
    }

    [Fact]
    public void Without_a_stride_there_are_no_labels_but_things_are_instances()
    {
        Add(s_map, s_segments);
        using Batch batch = Load(shortSide: 5, stride: 0, mirror: false);
        Assert.Equal((0, 0, 2), (batch.Segments.Stride, batch.Segments.Labels.Length, batch.InstanceCount));
    }

    [Theory]
    [InlineData(6, 8, "the labels are 8x5 pixels, the image is 8x6")]
    [InlineData(5, 7, "the labels are 8x5 pixels, the image is 7x5")]
    public void A_PNG_of_the_wrong_size_is_named(int height, int width, string problem)
    {
        string path = Write(s_map);
        ImageRecord record = _set.Add(width, height) with { Panoptic = new PanopticRecord(path, Stuff, s_segments) };
        Assert.Equal($"{path}: {problem}", Assert.Throws<InputException>(() => Load([record])).Message);
    }

    [Fact]
    public void Segments_and_pixels_must_belong_together()
    {
        ImageRecord Record(string path, params SegmentRecord[] segments) =>
            _set.Add(8, 5) with { Panoptic = new PanopticRecord(path, Stuff, segments) };

        string path = Write(s_map);
        Assert.Equal(
            $"{path}: no pixel has the label 8, which segments_info has as a segment",
            Assert.Throws<InputException>(() => Load([Record(path, [.. s_segments, new(8, 0, IsThing: false, IsCrowd: false)])])).Message);
        Assert.Equal(
            $"{path}: 1 pixels have the label 70000, which segments_info does not have",
            Assert.Throws<InputException>(() => Load([Record(path, s_segments[..4])])).Message);
        string missing = Path.Combine(_set.Folder, "missing.png");
        Assert.Equal(
            $"{missing}: the PNG of labels does not exist, nor do 1 other PNGs of 2",
            Assert.Throws<InputException>(() => Load([Record(missing), Record(missing)])).Message);
    }

    [Fact]
    public void Cached_segments_are_those_that_were_read()
    {
        Add(s_map, s_segments);
        LoaderOptions options = ImageSet.Options(10, batchSize: 1) with { SegmentStride = 1 };
        foreach (int[] sizes in new[] { new[] { 10 }, [10, 15] })
        {
            options = options with { Input = options.Input with { ShortSide = [.. sizes] } };
            using DataLoader cached = new(_set.Records, options);
            using DataLoader fresh = new(_set.Records, options with { CacheBytes = 0 });
            for (int i = 0; i < 12; i++)
            {
                using Batch one = cached.Next(TestContext.Current.CancellationToken);
                using Batch other = fresh.Next(TestContext.Current.CancellationToken);
                Assert.Equal(other.Segments.Labels.ToArray(), one.Segments.Labels.ToArray());
                Assert.Equal(other.Boxes.ToArray(), one.Boxes.ToArray());
            }
        }
    }

    private void Add(int[][] map, SegmentRecord[] segments) => _set.Add(
        map[0].Length, map.Length, record => record with { Panoptic = new PanopticRecord(Write(map), Stuff, segments) });

    private string Write(int[][] map)
    {
        LabelMap labels = new(map[0].Length, map.Length);
        for (int y = 0; y < map.Length; y++)
            map[y].CopyTo(labels.Row(y));
        string path = Path.Combine(_set.Folder, $"labels{Directory.GetFiles(_set.Folder).Length}.png");
        labels.SavePng(path);
        return path;
    }

    private static Batch Load(IReadOnlyList<ImageRecord> records)
    {
        using DataLoader loader = new(records, ImageSet.Options(8, batchSize: 1));
        return loader.Next(TestContext.Current.CancellationToken);
    }

    private Batch Load(int shortSide, int stride, bool mirror)
    {
        LoaderOptions options = ImageSet.Options(shortSide, batchSize: 1, flip: mirror ? 1 : 0) with { SegmentStride = stride };
        using DataLoader loader = new(_set.Records, options);
        return loader.Next(TestContext.Current.CancellationToken);
    }
}
