using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.MEInst;

public class MEInstDecoderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_coefficients_at_a_detections_location_are_decoded_and_pasted_into_its_box()
    {
        using NetworkInput input = new([new(150, 120, 150, 120), new(300, 240, 150, 120)], 160, 128);
        FakeOutput fake = Fake(input);
        Random random = new(3);
        float[][] codes = [.. Enumerable.Range(0, 3).Select(_ => RandomCode(random))];
        Candidate[] detections = [At(0, 2, 3, [10.5f, 8, 60, 70.25f]), At(1, 4, 5, [40, 30, 130, 110]), At(4, 0, 1, [0, 0, 150, 120])];
        for (int i = 0; i < detections.Length; i++)
        {
            Write(fake, image: 1, detections[i], codes[i]);
        }

        using NetworkOutput output = fake.Build();
        Rle[] masks = new MEInstDecoder(Options()).Decode(output, input, 1, detections, Cancellation);
        for (int i = 0; i < masks.Length; i++)
        {
            // The image is twice the input; a coefficient is half a logit.
            Rle expected = Pasted([.. codes[i].Select(c => 2 * c)], detections[i].Box.Scale(2, 2), 240, 300);
            Assert.False(expected.IsEmpty);
            Assert.Equal(expected, masks[i]);
        }
    }

    [Fact]
    public void A_box_that_sticks_out_is_clipped_before_the_mask_is_stretched_over_it()
    {
        using NetworkInput input = new([new(100, 90, 100, 90)], 128, 96);
        FakeOutput fake = Fake(input);
        Candidate detection = At(1, 2, 2, [-30, 10, 140, 120]);

        // The left half of the square: of the clipped box, not of the box.
        float[] left = [.. Enumerable.Range(0, SmallCodec.Pixels).Select(i => i % SmallCodec.Size < 2 ? 4f : -4f)];
        Write(fake, 0, detection, left);
        using NetworkOutput output = fake.Build();
        Rle mask = Assert.Single(new MEInstDecoder(Options()).Decode(output, input, 0, [detection], Cancellation));
        Assert.Equal(Pasted([.. left.Select(c => 2 * c)], new Box(0, 10, 100, 90), 90, 100), mask);
        Assert.Equal(new Box(0, 10, 50, 90), mask.Bounds);
    }

    [Fact]
    public void A_higher_threshold_makes_smaller_masks()
    {
        using NetworkInput input = new([new(128, 96, 128, 96)], 128, 96);
        FakeOutput fake = Fake(input);
        Candidate detection = At(1, 2, 2, [8, 8, 90, 90]);
        Write(fake, 0, detection, RandomCode(new Random(5)));
        using NetworkOutput output = fake.Build();
        long[] areas = [.. new[] { 0.3, 0.5, 0.7 }.Select(threshold =>
            new MEInstDecoder(Options() with { MaskThreshold = threshold }).Decode(output, input, 0, [detection], Cancellation)[0].Area)];
        Assert.True(areas[0] > areas[1] && areas[1] > areas[2], string.Join(", ", areas));
    }

    [Fact]
    public void Components_by_class_are_those_of_the_detections_class()
    {
        using NetworkInput input = new([new(64, 64, 64, 64)], 64, 64);
        FakeOutput fake = Fake(input);
        using NetworkOutput output = fake.Build();
        Candidate[] detections = [At(0, 1, 1, [0, 0, 64, 64]) with { ClassIndex = 1 }, At(0, 1, 1, [0, 0, 64, 64])];
        MEInstOptions options = Options() with { Codec = SmallCodec.Create(-3, 3) };
        Rle[] masks = new MEInstDecoder(options).Decode(output, input, 0, detections, Cancellation);
        Assert.Equal([true, false], masks.Select(m => m.Area > 0.95 * 64 * 64));
        Assert.True(masks[1].IsEmpty);
    }

    [Fact]
    public void Without_a_codec_the_coefficients_are_the_squares_logits()
    {
        using NetworkInput input = new([new(64, 64, 64, 64)], 64, 64);
        FakeOutput fake = Fake(input);
        Candidate detection = At(0, 1, 1, [0, 0, 64, 64]);
        float[] logits = [.. Enumerable.Range(0, SmallCodec.Pixels).Select(i => i < 8 ? 5f : -5f)];
        Write(fake, 0, detection, logits);
        using NetworkOutput output = fake.Build();
        Rle[] masks = new MEInstDecoder(Options() with { Codec = null }).Decode(output, input, 0, [detection], Cancellation);
        Assert.Equal(Pasted(logits, new Box(0, 0, 64, 64), 64, 64), Assert.Single(masks));
        Assert.Equal(new Box(0, 0, 64, 32), masks[0].Bounds);
    }

    [Fact]
    public void Broken_outputs_are_named()
    {
        using NetworkInput input = new([new(64, 64, 64, 64)], 64, 64);
        MEInstDecoder decoder = new(Options());
        Candidate detection = At(1, 1, 1, [0, 0, 64, 64]);
        using NetworkOutput narrow = new FakeOutput(input, 2, 1).WithCoefficients(3).Build();
        InvalidOperationException shape = Assert.Throws<InvalidOperationException>(() => decoder.Decode(narrow, input, 0, [detection], Cancellation));
        Assert.Contains("mask_coefficients_p4", shape.Message);
        FakeOutput fake = Fake(input);
        Write(fake, 0, detection, [.. Enumerable.Repeat(float.NaN, SmallCodec.Pixels)]);
        using NetworkOutput output = fake.Build();
        InvalidOperationException broken = Assert.Throws<InvalidOperationException>(() => decoder.Decode(output, input, 0, [detection], Cancellation));
        Assert.Contains("mask_coefficients_p4", broken.Message);
        Assert.Empty(decoder.Decode(output, input, 0, [], Cancellation));
    }

    [Fact]
    public void Through_the_segmenter_an_object_has_its_mask_and_the_root_of_its_score()
    {
        ModelCard card = Card() with
        {
            Preprocessing = new PreprocessingOptions { ShortSide = 64, LongSide = 64 },
            Detection = new DetectionOptions { SqrtScore = true, ClipBeforeNms = false },
        };
        FakeNetwork network = new(ModelCard.Parse(card.ToJson()), input =>
        {
            FakeOutput fake = Fake(input);
            fake.Place(0, 0, 3, 3, classIndex: 1, box: [8, 4, 40, 60], logit: 1, centerness: 2);
            Write(fake, 0, At(0, 3, 3, [0, 0, 0, 0]), [.. Enumerable.Repeat(2f, SmallCodec.Pixels)]);
            return fake.Build();
        });
        Instance found = Assert.Single(new Segmenter(network).Segment(new Image(128, 128), Cancellation).Instances);
        Assert.Equal("b", found.ClassName);
        Assert.Equal(Math.Sqrt(0.73105858 * 0.88079708), found.Score, 1e-5);
        Assert.Equal(Pasted([.. Enumerable.Repeat(4f, SmallCodec.Pixels)], new Box(16, 8, 80, 120), 128, 128), found.Mask);
    }

    [Fact]
    public void The_codec_travels_in_the_card_bit_by_bit()
    {
        PcaCodec codec = FitCodec();
        ModelCard card = Card() with { MethodOptions = new MEInstOptions { Size = 6, Codec = codec, MaskThreshold = 0.4 } };
        ModelCard read = ModelCard.Parse(card.ToJson());
        Assert.Equal(card.ToJson(), read.ToJson());
        MEInstOptions options = Assert.IsType<MEInstOptions>(read.MethodOptions);
        PcaCodec found = Assert.IsType<PcaCodec>(options.Codec);
        Assert.Equal((codec.Options, 0.4, 5), (found.Options, options.MaskThreshold, options.Dimension));
        byte[] mask = [.. Enumerable.Range(0, 36).Select(i => (byte)(i % 5 > 1 ? 1 : 0))];
        float[][] codes = [new float[5], new float[5]];
        float[][] squares = [new float[36], new float[36]];
        foreach ((int i, PcaCodec own) in new[] { codec, found }.Index())
        {
            own.Encode(mask, codes[i]);
            own.Decode(codes[i], squares[i]);
        }

        Assert.Equal(codes[0], codes[1]);
        Assert.Equal(squares[0], squares[1]);
    }

    [Fact]
    public void A_card_whose_codec_does_not_fit_is_refused()
    {
        ModelCard card = Card();
        Refuse(card with { MethodOptions = Options() with { Size = 5 } }, "'meinst.codec' is for masks of 4x4, and size is 5");
        Refuse(
            card with { MethodOptions = Options() with { Codec = SmallCodec.Create(0, 0, 0) } },
            "'meinst.codec' has components for 3 classes; 2 were expected");
        Refuse(card with { MethodOptions = Options() with { MaskThreshold = 1 } }, "'meinst.mask_threshold' is 1");
        Refuse(card with { MethodOptions = new MEInstOptions { Size = 1 } }, "'meinst.size' is 1");
        string cut = card.ToJson().Replace("\"dimension\":16", "\"dimension\":15", StringComparison.Ordinal);
        InputException error = Assert.Throws<InputException>(() => ModelCard.Parse(cut));
        Assert.Contains("the codec's vectors are 256 numbers; 240 were expected", error.Message);

        static void Refuse(ModelCard card, string message) =>
            Assert.Contains(message, Assert.Throws<InputException>(() => card.Validate()).Message);
    }

    /// <summary>What a square of logits is in a box of the image.</summary>
    private static Rle Pasted(float[] logits, Box box, int height, int width) => new MaskPaster(SmallCodec.Size, 0.5f)
        .Paste([.. logits.Select(x => 1 / (1 + MathF.Exp(-x)))], box, height, width);

    private static MEInstOptions Options() => new() { Size = SmallCodec.Size, Codec = SmallCodec.Create(0) };

    private static ModelCard Card() => new() { Classes = [new("a", 1), new("b", 2)], MethodOptions = Options() };

    private static FakeOutput Fake(NetworkInput input) => new FakeOutput(input, 2, 1).WithCoefficients(SmallCodec.Pixels);

    /// <summary>A detection at a cell of an input 64 pixels wide; in wider ones it is another cell, and as good.</summary>
    private static Candidate At(int level, int row, int column, float[] box) => new(
        box[0], box[1], box[2], box[3], 0.9f, 0, level, (row * Math.Max(1, 8 >> level)) + column);

    private static void Write(FakeOutput fake, int image, Candidate detection, float[] code)
    {
        (int row, int column) = Math.DivRem(detection.Cell, fake.WidthOf(detection.Level));
        for (int d = 0; d < code.Length; d++)
        {
            fake.Set(MEInstOutputs.MaskCoefficients(detection.Level), image, d, row, column, code[d]);
        }
    }

    private static float[] RandomCode(Random random) =>
        [.. Enumerable.Range(0, SmallCodec.Pixels).Select(_ => (4 * random.NextSingle()) - 1.5f)];

    private static PcaCodec FitCodec()
    {
        Random random = new(7);
        return new PcaCodec(new MaskCodecOptions { Size = 6, Dimension = 5 },
        [
            new CodecComponents(Numbers(36), Numbers(8 * 36), [.. Numbers(8).Select(x => (double)x / 3)], 1.0 / 3),
        ]);

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }
}
