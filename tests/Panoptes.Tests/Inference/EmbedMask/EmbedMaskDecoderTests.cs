using Panoptes.Inference;
using Panoptes.Inference.EmbedMask;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.EmbedMask;

public class EmbedMaskDecoderTests
{
    private const int Dim = 5;

    private static readonly EmbedMaskOptions s_paper = new() { EmbeddingDim = Dim };

    private static readonly EmbedMaskOptions s_later = s_paper with
    {
        MarginDim = Dim,
        MaskThreshold = 0.53,
        Crop = CropRule.TruncatedBox,
        Interpolation = MaskInterpolation.LogProbability,
    };

    public static TheoryData<int, InputImage> Cases()
    {
        TheoryData<int, InputImage> cases = [];
        InputImage[] sizes =
        [
            new(150, 120, 150, 120), // as it is
            new(300, 240, 150, 120), // the image is twice the input
            new(61, 47, 150, 117), // smaller than the mask map's input
            new(20, 16, 150, 120), // smaller than the mask map itself
            new(1000, 13, 152, 2), // thin
            new(160, 128, 160, 128), // no padding
        ];
        for (int kind = 0; kind < 6; kind++)
        {
            foreach (InputImage size in sizes)
            {
                cases.Add(kind, size);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Masks_agree_with_the_plain_reference_off_the_threshold(int kind, InputImage size)
    {
        EmbedMaskOptions options = kind switch
        {
            0 => s_paper,
            1 => s_later,
            2 => s_paper with { ScaleFactor = 1 },
            3 => s_paper with { ScaleFactor = 3, MaskThreshold = 0.3 },
            4 => s_paper with { Similarity = Similarity.HingeDistance },
            _ => s_paper with { ClusterCenter = ClusterCenter.Pixel },
        };
        using NetworkInput input = new([size], 160, 128);
        Random random = new((100 * kind) + size.OriginalWidth);
        (FakeOutput fake, List<Candidate> detections) = RandomScene(input, options, random, 8);
        using NetworkOutput output = fake.Build();

        Rle[] masks = Decode(options, output, input, detections);

        bool logarithm = options.Interpolation == MaskInterpolation.LogProbability;
        double threshold = logarithm ? Math.Log(options.MaskThreshold) : options.MaskThreshold;
        long foreground = 0;
        long ties = 0;
        for (int i = 0; i < masks.Length; i++)
        {
            (float[] q, float[] m) = Query(fake, detections[i], options);
            double[,] values = ReferenceMasks.Values((d, y, x) => Pixel(fake, input, d, y, x), 16, 20, detections[i], q, m, options, size);
            byte[] mask = new byte[size.OriginalHeight * size.OriginalWidth];
            masks[i].ToMask(mask);
            for (int p = 0; p < mask.Length; p++)
            {
                double value = values[p / size.OriginalWidth, p % size.OriginalWidth];
                bool tie = Math.Abs(value - threshold) < 2e-5;
                ties += tie ? 1 : 0;
                foreground += mask[p];
                Assert.True(tie || (value > threshold) == (mask[p] != 0), $"instance {i}, pixel {p}: {value}");
            }
        }

        Assert.True(foreground > 0, "the test shows nothing when every mask is empty");
        Assert.InRange(ties, 0, size.OriginalHeight * size.OriginalWidth * masks.Length / 1000);
    }

    [Theory]
    [InlineData(150, 120, 150, 120)]
    [InlineData(640, 427, 160, 107)]
    [InlineData(101, 77, 157, 120)]
    public void Masks_are_those_of_the_papers_code_in_pytorch(int originalWidth, int originalHeight, int width, int height)
    {
        TorchOracle.SkipUnlessAvailable();
        InputImage size = new(originalWidth, originalHeight, width, height);
        using NetworkInput input = new([size], 160, 128);
        (FakeOutput fake, List<Candidate> detections) = RandomScene(input, s_paper, new Random(originalWidth), 20);
        using NetworkOutput output = fake.Build();
        List<float> values = [.. fake[EmbedMaskOutputs.PixelEmbedding]];
        foreach (Candidate detection in detections)
        {
            (float[] q, float[] m) = Query(fake, detection, s_paper);
            values.AddRange([detection.X1, detection.Y1, detection.X2, detection.Y2, .. q, .. m]);
        }

        // methods: enlarge p, phi, times the box's mask, interpolate to ceil(map * 4 * original / input), > 0.5, cut.
        byte[] expected = TorchOracle.Run<byte>(
            $"""
            D, h, w, H, W = {Dim}, 16, 20, {originalHeight}, {originalWidth}
            p = F.interpolate(values[:D*h*w].view(1, D, h, w), size=(2*h, 2*w), mode='bilinear', align_corners=False)[0]
            rows = values[D*h*w:].view(-1, 4 + D + 1)
            box = rows[:, :4] / 4
            x, y = torch.arange(2*w).view(1, 1, -1), torch.arange(2*h).view(1, -1, 1)
            b = [box[:, i].view(-1, 1, 1) for i in range(4)]
            inside = (x >= b[0] - 1) & (x < b[2] + 1) & (y >= b[1] - 1) & (y < b[3] + 1)
            d2 = ((p[None] - rows[:, 4:4+D, None, None]) ** 2).sum(1)
            phi = torch.exp(-d2 * rows[:, 4+D].view(-1, 1, 1)) * inside
            size = (math.ceil(2*h*4*H/{height}), math.ceil(2*w*4*W/{width}))
            full = F.interpolate(phi[None], size=size, mode='bilinear', align_corners=False)[0, :, :H, :W]
            result = torch.where((full - 0.5).abs() < 2e-6, 2, (full > 0.5).int()).to(torch.uint8).numpy()
            """,
            [.. values]);

        Rle[] masks = Decode(s_paper, output, input, detections);

        byte[] mask = new byte[originalWidth * originalHeight];
        int ties = 0;
        for (int i = 0; i < masks.Length; i++)
        {
            masks[i].ToMask(mask);
            for (int p = 0; p < mask.Length; p++)
            {
                byte pixel = expected[(i * mask.Length) + p];
                ties += pixel == 2 ? 1 : 0;
                Assert.True(pixel == 2 || pixel == mask[p], $"instance {i}, pixel {p}");
            }
        }

        Assert.Contains((byte)1, expected);
        Assert.InRange(ties, 0, 20);
    }

    [Fact]
    public void A_fixed_distance_cuts_at_that_distance()
    {
        EmbedMaskOptions options = new() { EmbeddingDim = 1, Similarity = Similarity.HingeDistance, HingeDistance = 10, ScaleFactor = 1 };
        using NetworkInput input = new([new InputImage(16, 16, 128, 128)], 128, 128);
        FakeOutput fake = new(input, 1, 1);
        fake.PaintPixels((_, _, x, _) => x); // a cell of 8 pixels each is one pixel of the image: no interpolation between
        fake.Place(0, 0, 8, 8, 0, [0, 0, 128, 128], q: [60]);
        using NetworkOutput output = fake.Build();

        Rle mask = Assert.Single(Decode(options, output, input, [new Candidate(0, 0, 128, 128, 1, 0, 0, (8 * 16) + 8)]));

        // Centers 52, 60 and 68 lie within 10 of 60: columns 6, 7 and 8.
        Assert.Equal(new Box(6, 0, 9, 16), mask.Bounds);
        Assert.Equal(3 * 16, mask.Area);
    }

    [Fact]
    public void A_mask_may_touch_all_four_borders()
    {
        using NetworkInput input = new([new InputImage(150, 120, 150, 120)], 160, 128);
        FakeOutput fake = new(input, 1, Dim); // p = q = 0: phi is 1 everywhere
        using NetworkOutput output = fake.Build();

        Rle[] masks = Decode(s_paper, output, input, [new Candidate(0, 0, 150, 120, 1, 0, 0, 0), new Candidate(0, 0, 0, 0, 1, 0, 0, 0)]);

        Assert.Equal([0u, 150 * 120], masks[0].Counts.ToArray());
        Assert.True(masks[1].Bounds.X2 <= 6 && masks[1].Bounds.Y2 <= 6); // one cell of 4 pixels around the corner, and half of the next
    }

    [Fact]
    public void Margins_that_overflowed_leave_only_equal_pixels()
    {
        using NetworkInput input = new([new InputImage(160, 128, 160, 128)], 160, 128);
        FakeOutput fake = new(input, 1, Dim);
        fake.PaintPixels((_, _, x, _) => x < 80 ? 0 : 1);
        fake.Place(0, 0, 0, 0, 0, [0, 0, 160, 128], q: new float[Dim], m: [float.PositiveInfinity]);
        using NetworkOutput output = fake.Build();

        Rle[] masks = Decode(s_paper, output, input, [new Candidate(0, 0, 160, 128, 1, 0, 0, 0)]);

        Assert.InRange(masks[0].Bounds.X2, 74, 80);
    }

    [Theory]
    [InlineData("pixel_embedding", float.NaN)]
    [InlineData("pixel_embedding", float.PositiveInfinity)]
    [InlineData("proposal_embedding_p3", float.NaN)]
    [InlineData("proposal_margin_p3", float.NaN)]
    public void A_value_that_is_not_finite_is_reported_with_the_outputs_name(string name, float value)
    {
        using NetworkInput input = new([new InputImage(160, 128, 160, 128)], 160, 128);
        FakeOutput fake = new(input, 1, Dim);
        fake.Set(name, 0, 0, 3, 4, value);
        using NetworkOutput output = fake.Build();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => Decode(s_paper, output, input, [new Candidate(0, 0, 99, 99, 1, 0, 0, (3 * 20) + 4)]));

        Assert.Contains(name, error.Message);
    }

    [Fact]
    public void A_wrong_dimension_is_reported()
    {
        using NetworkInput input = new([new InputImage(160, 128, 160, 128)], 160, 128);
        using NetworkOutput output = new FakeOutput(input, 1, Dim + 1).Build();

        Assert.Throws<InvalidOperationException>(() => Decode(s_paper, output, input, [new Candidate(0, 0, 99, 99, 1, 0, 0, 0)]));
    }

    private static Rle[] Decode(EmbedMaskOptions options, NetworkOutput output, NetworkInput input, IReadOnlyList<Candidate> detections) =>
        new EmbedMaskDecoder(options, new DetectionOptions()).Decode(output, input, 0, detections, TestContext.Current.CancellationToken);

    /// <summary>Smooth random embeddings and proposals whose own embedding is that of some pixel, so that masks have shapes.</summary>
    private static (FakeOutput Output, List<Candidate> Detections) RandomScene(
        NetworkInput input, EmbedMaskOptions options, Random random, int count)
    {
        FakeOutput fake = new(input, 2, Dim, options.MarginDim);
        float[] phases = [.. Enumerable.Range(0, 3 * Dim).Select(_ => random.NextSingle())];
        fake.PaintPixels((_, d, x, y) => MathF.Sin((((phases[3 * d] * x) + (phases[(3 * d) + 1] * y)) / 20) + (6 * phases[(3 * d) + 2])));
        List<Candidate> detections = [];
        for (int i = 0; i < count; i++)
        {
            bool whole = i == 0; // one that every image, however thin, shows
            int level = whole ? 0 : random.Next(1, 3);
            int row = whole ? 0 : random.Next(fake.HeightOf(level));
            int column = whole ? 0 : random.Next(fake.WidthOf(level));
            int y = whole ? 0 : random.Next(16);
            int x = whole ? 0 : random.Next(20);
            float[] q = [.. Enumerable.Range(0, Dim).Select(d => Pixel(fake, input, d, y, x) + (0.1f * random.NextSingle()))];
            float[] m = [.. Enumerable.Range(0, options.MarginDim).Select(_ => 0.2f + (2 * random.NextSingle()))];
            float left = (160 * random.NextSingle()) - 10;
            float top = (128 * random.NextSingle()) - 10;
            float[] box = whole ? [0, 0, 160, 128] : [left, top, left + (120 * random.NextSingle()), top + (120 * random.NextSingle())];
            fake.Place(0, level, row, column, 0, box, q: q, m: m);
            detections.Add(new Candidate(box[0], box[1], box[2], box[3], 1, 0, level, (row * fake.WidthOf(level)) + column));
        }

        return (fake, detections);
    }

    private static (float[] Center, float[] Margin) Query(FakeOutput fake, Candidate detection, EmbedMaskOptions options)
    {
        int plane = fake.WidthOf(detection.Level) * fake.HeightOf(detection.Level);
        float[] margin = options.Similarity == Similarity.HingeDistance
            ? [(float)(-Math.Log(options.MaskThreshold) / (options.HingeDistance * options.HingeDistance))]
            : Read(EmbedMaskOutputs.ProposalMargin(detection.Level), options.MarginDim);
        if (options.ClusterCenter == ClusterCenter.Proposal)
        {
            return (Read(EmbedMaskOutputs.ProposalEmbedding(detection.Level), Dim), margin);
        }

        int stride = 8 << detection.Level;
        int x = ((stride * (detection.Cell % fake.WidthOf(detection.Level))) + (stride / 2)) / 8;
        int y = ((stride * (detection.Cell / fake.WidthOf(detection.Level))) + (stride / 2)) / 8;
        return ([.. Enumerable.Range(0, Dim).Select(d => fake[EmbedMaskOutputs.PixelEmbedding][(((d * 16) + y) * 20) + x])], margin);

        float[] Read(string name, int channels) =>
            [.. Enumerable.Range(0, channels).Select(c => fake[name][(c * plane) + detection.Cell])];
    }

    private static float Pixel(FakeOutput fake, NetworkInput input, int d, int y, int x) =>
        fake[EmbedMaskOutputs.PixelEmbedding][(((d * (input.Height / 8)) + y) * (input.Width / 8)) + x];
}
