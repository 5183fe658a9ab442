using System.Diagnostics.Metrics;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.EmbedMask;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference;

public class SegmenterTests
{
    private static readonly ModelCard s_card = new()
    {
        Classes = [new ModelClass("disc", 7), new ModelClass("ring", 11)],
        MethodOptions = new EmbedMaskOptions { EmbeddingDim = 2 },
        Preprocessing = new PreprocessingOptions { ShortSide = 256, LongSide = 512 },
    };

    /// <summary>Between a disc and its box, so that the crop, which phi falls to zero behind, does not touch the disc.</summary>
    private const float Air = 8;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_disc_comes_back_as_the_disc_it_is()
    {
        // The pixel embedding is the place itself, and phi falls to one half at the radius: the mask is a disc by construction.
        Image image = new(256, 256);
        Segmenter segmenter = new(DiscNetwork((0, 128.5f, 120.25f, 60)));

        Segmentation result = segmenter.Segment(image, Cancellation);

        Instance disc = Assert.Single(result.Instances);
        Assert.Equal(("disc", 7, 0), (disc.ClassName, disc.CategoryId, disc.ClassIndex));
        Assert.Equal((256, 256), (result.Width, result.Height));
        AssertDisc(disc.Mask, 128.5, 120.25, 60, 60);
        Assert.Equal(60.5, disc.Box.X1, 3);
        Assert.Equal(188.25, disc.Box.Y2, 3);
    }

    [Fact]
    public void Masks_and_boxes_have_the_images_own_size()
    {
        // 400x300 is resized to 341x256; the network sees the disc there.
        Segmenter segmenter = new(DiscNetwork((1, 100, 100, 50)));

        Segmentation result = segmenter.Segment(new Image(400, 300), Cancellation);

        Instance disc = Assert.Single(result.Instances);
        double sx = 400.0 / 341, sy = 300.0 / 256;
        Assert.Equal((300, 400), (disc.Mask.Height, disc.Mask.Width));
        Assert.Equal(42 * sx, disc.Box.X1, 3);
        Assert.Equal(158 * sy, disc.Box.Y2, 3);
        AssertDisc(disc.Mask, 100 * sx, 100 * sy, 50 * sx, 50 * sy);
    }

    [Fact]
    public void An_image_without_objects_gives_none()
    {
        Segmentation result = new Segmenter(DiscNetwork()).Segment(new Image(256, 256), Cancellation);

        Assert.Empty(result.Instances);
    }

    [Fact]
    public void Objects_at_the_corners_are_cut_by_the_border()
    {
        Segmenter segmenter = new(DiscNetwork((0, 0, 0, 40), (1, 256, 256, 40)));

        Segmentation result = segmenter.Segment(new Image(256, 256), Cancellation);

        Assert.Equal(2, result.Instances.Count);
        AssertDisc(result.Instances.Single(i => i.ClassIndex == 0).Mask, 0, 0, 40, 40, tolerance: 4);
        AssertDisc(result.Instances.Single(i => i.ClassIndex == 1).Mask, 256, 256, 40, 40, tolerance: 4);
        Assert.All(result.Instances, i => Assert.Equal(48 * 48, i.Box.Area, 3));
    }

    [Fact]
    public void An_image_gives_the_same_alone_and_in_a_batch()
    {
        Segmenter segmenter = new(DiscNetwork((0, 90, 90, 40), (1, 180, 60, 30)));
        Image first = new(256, 256);
        Image second = new(320, 256);

        IReadOnlyList<Segmentation> batch = segmenter.Segment([first, second], Cancellation);

        Assert.Equal(2, batch.Count);
        Assert.Equal(segmenter.Segment(first, Cancellation).Instances, batch[0].Instances);
        Assert.Equal(segmenter.Segment(second, Cancellation).Instances, batch[1].Instances);
        Assert.Empty(segmenter.Segment([], Cancellation));
    }

    [Fact]
    public void Instances_are_sorted_by_score_and_the_lowest_can_be_left_out()
    {
        FakeNetwork network = DiscNetwork((0, 60, 60, 30), (0, 180, 180, 30), (1, 60, 180, 30));

        IReadOnlyList<Instance> all = new Segmenter(network).Segment(new Image(256, 256), Cancellation).Instances;
        IReadOnlyList<Instance> best = new Segmenter(network, new SegmenterOptions { MinScore = all[1].Score })
            .Segment(new Image(256, 256), Cancellation).Instances;

        Assert.Equal(3, all.Count);
        Assert.Equal(all.OrderByDescending(i => i.Score), all);
        Assert.Equal(all.Take(2), best);
    }

    [Fact]
    public void Options_replace_what_the_card_says()
    {
        Segmenter segmenter = new(
            DiscNetwork((0, 60, 60, 30), (0, 180, 180, 30)),
            new SegmenterOptions { Detection = s_card.Detection with { MaxDetections = 1 } });

        Assert.Single(segmenter.Segment(new Image(256, 256), Cancellation).Instances);
        Assert.Equal(1, segmenter.Card.Detection.MaxDetections);
    }

    [Fact]
    public void Timings_and_metrics_count_every_stage()
    {
        Segmenter segmenter = new(DiscNetwork((0, 90, 90, 40)));
        HashSet<string> stages = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == Segmenter.TelemetryName)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            lock (stages)
            {
                stages.Add((string)tags[0].Value!);
            }
        });
        listener.Start();

        Segmentation result = segmenter.Segment(new Image(256, 256), Cancellation);

        lock (stages)
        {
            Assert.Superset(new HashSet<string> { "preprocess", "network", "postprocess" }, stages);
        }

        Assert.All(
            [result.Timings.Preprocess, result.Timings.Network, result.Timings.Postprocess],
            time => Assert.True(time > TimeSpan.Zero));
    }

    [Fact]
    public void Times_of_stages_are_collected_in_buckets_of_their_size()
    {
        _ = new Segmenter(DiscNetwork()).Segment(new Image(256, 256), Cancellation);
        IReadOnlyList<double>? boundaries = null;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument is Histogram<double> { Name: "panoptes.inference.stage.duration" } stages)
            {
                boundaries = stages.Advice?.HistogramBucketBoundaries;
            }
        };

        listener.Start();

        Assert.NotNull(boundaries);
        Assert.Contains(0.005, boundaries);
    }

    [Fact]
    public void Two_threads_may_share_a_segmenter()
    {
        Segmenter segmenter = new(DiscNetwork((0, 90, 90, 40), (1, 180, 60, 30)));
        Image image = new(256, 256);
        IReadOnlyList<Instance> expected = segmenter.Segment(image, Cancellation).Instances;

        Parallel.For(0, 16, _ => Assert.Equal(expected, segmenter.Segment(image, Cancellation).Instances));
    }

    [Fact]
    public void A_cancelled_call_ends()
    {
        Segmenter segmenter = new(DiscNetwork());

        Assert.Throws<OperationCanceledException>(() => segmenter.Segment(new Image(256, 256), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_card_that_does_not_fit_is_refused()
    {
        ModelCard oneClass = s_card with { Classes = [s_card.Classes[0]] };
        FakeNetwork network = DiscNetwork((0, 90, 90, 40));

        Assert.Throws<InputException>(() => new Segmenter(new FakeNetwork(s_card with { MethodOptions = null! }, network.Function)));
        Assert.Throws<InputException>(() => new Segmenter(network, new SegmenterOptions { MethodOptions = new MEInstOptions() }));
        Assert.Throws<InputException>(() => new Segmenter(network, new SegmenterOptions { MinScore = 2 }));
        Segmenter fewer = new(new FakeNetwork(oneClass, network.Function));
        Assert.Throws<InvalidOperationException>(() => fewer.Segment(new Image(256, 256), Cancellation));
    }

    /// <summary>A network that finds discs (class, x, y, radius in input pixels), each a little less sure than the one before.</summary>
    internal static FakeNetwork DiscNetwork(params (int Class, float X, float Y, float Radius)[] discs) => new(s_card, input =>
    {
        FakeOutput fake = new(input, classes: 2, dim: 2);
        fake.PaintPixels((_, d, x, y) => d == 0 ? x : y);
        for (int n = 0; n < input.Images.Count; n++)
        {
            for (int i = 0; i < discs.Length; i++)
            {
                (int classIndex, float x, float y, float radius) = discs[i];
                int row = Math.Min((int)y / 8, fake.HeightOf(0) - 1);
                int column = Math.Min((int)x / 8, fake.WidthOf(0) - 1);
                fake.Place(
                    n, 0, row, column, classIndex, [x - radius - Air, y - radius - Air, x + radius + Air, y + radius + Air],
                    logit: 4 - i, q: [x, y], m: [MathF.Log(2) / (radius * radius)]);
            }
        }

        return fake.Build();
    });

    /// <summary>Every pixel whose center is not next to the circle is on the right side of it.</summary>
    private static void AssertDisc(Rle mask, double x, double y, double radiusX, double radiusY, double tolerance = 0.5)
    {
        byte[] pixels = new byte[mask.Width * mask.Height];
        mask.ToMask(pixels);
        double slack = tolerance / Math.Min(radiusX, radiusY);
        for (int i = 0; i < pixels.Length; i++)
        {
            double distance = double.Hypot(((i % mask.Width) + 0.5 - x) / radiusX, ((i / mask.Width) + 0.5 - y) / radiusY);
            if (Math.Abs(distance - 1) > slack)
            {
                Assert.True(distance < 1 == (pixels[i] != 0), $"pixel {i % mask.Width}, {i / mask.Width} at {distance:F3} radii");
            }
        }
    }
}
