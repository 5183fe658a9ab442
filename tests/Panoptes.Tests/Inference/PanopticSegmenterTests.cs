using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.EmbedMask;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;
using Panoptes.Tests.Inference.Ciae;

namespace Panoptes.Tests.Inference;

/// <summary>The segmenter with models that label every pixel.</summary>
public class PanopticSegmenterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_ciae_model_gives_segments_and_its_things_as_instances()
    {
        // 256x256 is resized to half; the network sees grass with a square on it.
        Segmentation result = new Segmenter(new FakeNetwork(SmallCiae.Card, Square)).Segment(new Image(256, 256), Cancellation);

        PanopticSegmentation panoptic = Assert.IsType<PanopticSegmentation>(result.Panoptic);
        Assert.Equal((256, 256), (panoptic.Labels.Width, panoptic.Labels.Height));
        Assert.Equal(["grass", "dog"], panoptic.Segments.Select(s => s.ClassName));
        Instance dog = Assert.Single(result.Instances);
        Assert.Equal((1, 18), (dog.ClassIndex, dog.CategoryId));
        Assert.Equal(panoptic.Segments[1].Score, dog.Score);
        Assert.Equal(new Box(60, 60, 196, 196), dog.Box); // the detection's, twice as large
        Assert.Equal(panoptic.Segments[1].Box, dog.Mask.Bounds);
        Assert.Equal(panoptic.Segments[1].Area, dog.Mask.Area);
    }

    [Fact]
    public void Options_replace_what_the_card_says_of_segments()
    {
        FakeNetwork network = new(SmallCiae.Card, Square);
        CiaeOptions options = SmallCiae.Options;

        Assert.Empty(Segment(new SegmenterOptions { MethodOptions = options with { InstanceThreshold = 0.99 } }).Instances);
        Assert.Empty(Segment(new SegmenterOptions { MinScore = 0.99 }).Instances);
        Segmentation noStuff = Segment(new SegmenterOptions { MethodOptions = options with { MinStuffArea = 256 * 256 } });
        Assert.Equal("dog", Assert.Single(noStuff.Panoptic!.Segments).ClassName);
        InputException error = Assert.Throws<InputException>(
            () => Segment(new SegmenterOptions { MethodOptions = options with { InstanceThreshold = 2 } }));
        Assert.Contains("ciae.instance_threshold", error.Message);

        Segmentation Segment(SegmenterOptions overrides) => new Segmenter(network, overrides).Segment(new Image(256, 256), Cancellation);
    }

    [Fact]
    public void An_image_gives_the_same_segments_alone_and_in_a_batch()
    {
        Segmenter segmenter = new(new FakeNetwork(SmallCiae.Card, Square));
        Image[] images = [new(256, 256), new(200, 128)];

        IReadOnlyList<Segmentation> batch = segmenter.Segment(images, Cancellation);

        for (int i = 0; i < images.Length; i++)
        {
            Segmentation alone = segmenter.Segment(images[i], Cancellation);
            Assert.Equal(alone.Panoptic!.Segments, batch[i].Panoptic!.Segments);
            Assert.Equal(alone.Panoptic.Labels.Labels.ToArray(), batch[i].Panoptic!.Labels.Labels.ToArray());
            Assert.Equal(alone.Instances, batch[i].Instances);
        }
    }

    [Fact]
    public void A_model_of_masks_with_a_semantic_head_gives_merged_segments()
    {
        ModelCard card = SmallCiae.Card with
        {
            MethodOptions = new EmbedMaskOptions { EmbeddingDim = 2 },
            PanopticMerge = new PanopticMergeOptions { MinStuffArea = 0 },
        };
        FakeNetwork network = new(card, input => Paint(input).WithSemantic(3, (_, y) => y < 16 ? 0 : 1).Build());

        Segmentation result = new Segmenter(network).Segment(new Image(128, 128), Cancellation);
        PanopticMergeOptions nothing = new() { InstanceThreshold = 1, MinStuffArea = 0 };
        Segmentation strict = new Segmenter(network, new SegmenterOptions { PanopticMerge = nothing }).Segment(new Image(128, 128), Cancellation);

        Assert.Equal(["sky", "grass", "dog"], result.Panoptic!.Segments.Select(s => s.ClassName));
        Instance dog = Assert.Single(result.Instances);
        Assert.Equal(dog.Mask.Area, result.Panoptic.Segments[2].Area);
        Assert.Equal(["sky", "grass"], strict.Panoptic!.Segments.Select(s => s.ClassName));
        Assert.Single(strict.Instances); // for AP all instances stay
    }

    [Fact]
    public void A_model_of_instances_alone_gives_no_segments()
    {
        ModelCard card = SmallCiae.Card with
        {
            StuffClasses = [],
            MethodOptions = new EmbedMaskOptions { EmbeddingDim = 2 },
        };

        Assert.Null(new Segmenter(new FakeNetwork(card, input => Paint(input).Build())).Segment(new Image(128, 128), Cancellation).Panoptic);
    }

    [Fact]
    public void A_detector_of_one_class_serves_where_the_memory_names_classes()
    {
        float[][] memory = [SmallCiae.At(0), SmallCiae.At(90), SmallCiae.At(270), SmallCiae.At(180)];
        FakeNetwork network = new(
            SmallCiae.Card with { MethodOptions = SmallCiae.Options with { CategorySource = CategorySource.Embedding } },
            input => Paint(input, new SmallCiae(input, memory, classes: 1), classIndex: 0).Build());
        FakeNetwork wrong = new(SmallCiae.Card, network.Function);

        Assert.Equal("dog", Assert.Single(new Segmenter(network).Segment(new Image(128, 128), Cancellation).Instances).ClassName);
        Assert.Throws<InvalidOperationException>(() => new Segmenter(wrong).Segment(new Image(128, 128), Cancellation));
    }

    [Fact]
    public void Known_instances_stand_in_for_detected_ones()
    {
        CiaeOracle oracle = new(new FakeNetwork(SmallCiae.Card, Square));
        Box left = new(64, 64, 128, 192), right = new(128, 64, 192, 192);
        KnownInstance[] known = [.. new[] { left, right }.Select(box => new KnownInstance(0, box, Rle.FromBox(box, 256, 256)))];

        Segmentation result = oracle.Segment([new Image(256, 256)], [known], Cancellation)[0];
        Segmentation nothing = oracle.Segment([new Image(256, 256)], [[]], Cancellation)[0];

        Assert.Equal(["grass", "cat", "cat"], result.Panoptic!.Segments.Select(s => s.ClassName)); // the detector's dog is not there
        Assert.Equal([left, right], result.Instances.Select(i => i.Box));
        Assert.Equal([left, right], result.Instances.Select(i => i.Mask.Bounds)); // alike, but for their boxes
        Assert.Equal(["grass"], nothing.Panoptic!.Segments.Select(s => s.ClassName));
    }

    [Fact]
    public void Known_instances_need_a_model_of_ciae_and_a_list_for_each_image()
    {
        ModelCard card = SmallCiae.Card with
        {
            StuffClasses = [],
            MethodOptions = new EmbedMaskOptions { EmbeddingDim = 2 },
        };
        Image image = new(128, 128);

        Assert.Contains("EmbedMask", Assert.Throws<ArgumentException>(
            () => new CiaeOracle(new FakeNetwork(card, Square))).Message);
        Assert.Throws<ArgumentException>(
            () => new CiaeOracle(new FakeNetwork(SmallCiae.Card, Square)).Segment([image], [], Cancellation));
    }

    private static NetworkOutput Square(NetworkInput input) => Paint(input).Build();

    /// <summary>Grass with a square dog in each image, whose box has some air.</summary>
    private static SmallCiae Paint(NetworkInput input, SmallCiae? network = null, int classIndex = 1)
    {
        network ??= new SmallCiae(input, [SmallCiae.At(0), SmallCiae.At(90)]);
        for (int image = 0; image < input.Images.Count; image++)
        {
            network.Paint((x, y) => x is >= 8 and < 24 && y is >= 8 and < 24 ? 180 : 90, image: image);
            network.Detector.Place(image, 0, 7, 7, classIndex, [30, 30, 98, 98], m: [1]);
        }

        return network;
    }
}
