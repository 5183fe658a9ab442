using System.Runtime.InteropServices;
using Panoptes.Coco.Codecs;
using Panoptes.Coco.Files;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;

namespace Panoptes.Coco.Tests.Codecs;

public sealed class PcaCodecTests(Pillow python) : IClassFixture<Pillow>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-codec").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(MaskSpace.Logit, MaskSmoothing.Constant, true)]
    [InlineData(MaskSpace.Logit, MaskSmoothing.Constant, false)]
    [InlineData(MaskSpace.Logit, MaskSmoothing.Random, true)]
    [InlineData(MaskSpace.Binary, MaskSmoothing.Constant, true)]
    [InlineData(MaskSpace.Binary, MaskSmoothing.Constant, false)]
    [InlineData(MaskSpace.Logit, MaskSmoothing.Constant, true, 32)] // more pixels than the file's 888 masks
    [InlineData(MaskSpace.Logit, MaskSmoothing.Random, false, 32)]
    public void Codes_and_masks_equal_numpys(MaskSpace space, MaskSmoothing smoothing, bool whiten, int size = 14)
    {
        python.SkipUnlessAvailable();
        MaskSet masks = MaskSet.Load(SharedData.Require("coco/annotations/instances_val2017.json"), size);
        MaskCodecOptions options = new() { Size = size, Dimension = 12, Space = space, Smoothing = smoothing, Whiten = whiten };
        PcaCodec codec = PcaFit.Fit(masks, options);
        const int looked = 40;
        float[] actual = [.. Enumerable.Range(0, looked).SelectMany(i => Both(codec, masks.Mask(i).Pixels))];

        float[] expected = Numpy(masks, options, looked);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f * Math.Max(1, Math.Abs(pair.First))));
        double worst = expected.Zip(actual, (e, a) => Math.Abs(e - a) / Math.Max(1, Math.Abs(e))).Max();
        Assert.True(worst < 1e-5, $"the largest difference is {worst}");
    }

    [Fact]
    public void As_many_components_as_pixels_lose_nothing()
    {
        MaskSet masks = Shapes(8, 500);
        PcaCodec codec = PcaFit.Fit(masks, new MaskCodecOptions { Size = 8, Dimension = 64, Whiten = false });
        for (int i = 0; i < masks.Count; i++)
        {
            byte[] mask = masks.Mask(i).Pixels;
            float[] decoded = Decode(codec, mask);
            Assert.Equal(mask, decoded.Select(p => (byte)(p >= 0.5f ? 1 : 0)));
            Assert.All(mask.Zip(decoded), pair => Assert.Equal(pair.First == 1 ? 1 - 0.0225 : 0.0225, pair.Second, 1e-3));
        }
    }

    [Fact]
    public void Whitened_codes_have_the_variance_1_and_the_mean_0()
    {
        MaskSet masks = Shapes(10, 800);
        PcaCodec codec = PcaFit.Fit(masks, new MaskCodecOptions { Size = 10, Dimension = 5 });
        float[][] codes = [.. Enumerable.Range(0, masks.Count).Select(i => Encode(codec, masks.Mask(i).Pixels))];
        for (int n = 0; n < 5; n++)
        {
            double mean = codes.Average(c => c[n]);
            Assert.Equal(0, mean, 1e-4);
            Assert.Equal(1, codes.Sum(c => (c[n] - mean) * (c[n] - mean)) / (codes.Length - 1), 1e-4);
        }
    }

    [Fact]
    public void Whitening_leaves_alone_what_hardly_varies()
    {
        // Six masks vary along five components; by what rounding leaves of the others, a seventh mask would have codes of any size.
        PcaCodec codec = PcaFit.Fit(Shapes(8, 6), new MaskCodecOptions { Size = 8, Dimension = 12 });
        MaskSet others = Shapes(8, 200);
        float largest = Enumerable.Range(0, others.Count).SelectMany(i => Encode(codec, others.Mask(i).Pixels)).Max(Math.Abs);
        Assert.InRange(largest, 1, 200);
    }

    /// <summary>methods: the mean |logit| of the random scheme is 3.769298, within 2.944439 to 4.595120.</summary>
    [Fact]
    public void Random_smoothing_is_fitted_by_its_expectation()
    {
        Assert.Equal(3.769298, Smoothing.MeanLogit, 1e-6);
        Assert.Equal(2.944439, Smoothing.RandomLogit(1), 1e-6);
        Assert.Equal(4.595120, Smoothing.RandomLogit(0), 1e-6);

        MaskSet masks = Shapes(8, 3000);
        MaskCodecOptions options = new() { Size = 8, Dimension = 4, Smoothing = MaskSmoothing.Random, Whiten = false };
        PcaCodec codec = PcaFit.Fit(masks, options);
        Random random = new(1);
        float[][] codes = [.. Enumerable.Range(0, masks.Count).Select(i => Encode(codec, masks.Mask(i).Pixels, random))];
        for (int n = 0; n < 4; n++)
        {
            double mean = codes.Average(c => c[n]);
            double variance = codes.Sum(c => (c[n] - mean) * (c[n] - mean)) / (codes.Length - 1);
            Assert.Equal(1, variance / codec.Components[0].Variances[n], 0.03);
        }
    }

    [Fact]
    public void A_class_of_its_own_kind_has_components_of_its_own_and_a_rare_one_those_of_all()
    {
        MaskSet masks = Shapes(8, 400);
        PcaCodec codec = PcaFit.Fit(masks, new MaskCodecOptions { Size = 8, Dimension = 3, ByClass = true });
        Assert.Equal(3, codec.Components.Count);
        Assert.NotEqual(codec.Components[0].Vectors, codec.Components[1].Vectors);
        PcaCodec all = PcaFit.Fit(masks, new MaskCodecOptions { Size = 8, Dimension = 3 });
        Assert.Equal(all.Components[0].Vectors, codec.Components[2].Vectors);
    }

    [Fact]
    public void Components_beyond_the_masks_rank_stand_for_nothing()
    {
        MaskSet masks = Shapes(8, 4); // four masks span three directions
        PcaCodec codec = PcaFit.Fit(masks, new MaskCodecOptions { Size = 8, Dimension = 10 });
        float[] code = Encode(codec, Shapes(8, 9).Mask(8).Pixels);
        Assert.All(code[..3], number => Assert.NotEqual(0, number));
        Assert.All(code[3..], number => Assert.Equal(0, number));
        Assert.All(Decode(codec, masks.Mask(1).Pixels), pixel => Assert.InRange(pixel, 0.02f, 0.98f));
    }

    [Fact]
    public void A_saved_codec_is_the_same_codec()
    {
        MaskSet masks = Shapes(8, 300);
        MaskCodecOptions options = new() { Size = 8, Dimension = 6, Space = MaskSpace.Binary, Whiten = false, ByClass = true };
        PcaCodec codec = PcaFit.Fit(masks, options);
        string path = Path.Combine(_folder, "codec.safetensors");
        CodecFile.Save(path, codec);
        PcaCodec read = Assert.IsType<PcaCodec>(CodecFile.Load(path));

        Assert.Equal(options, read.Options);
        Assert.Equal(codec.MostComponents, read.MostComponents);
        byte[] mask = masks.Mask(3).Pixels;
        Assert.Equal(Both(codec, mask), Both(read, mask));
        Assert.Equal(codec.ExplainedVariance, read.ExplainedVariance, 1e-6);
    }

    [Fact]
    public void More_components_lose_less_and_the_lost_variance_is_that_of_the_components_left_out()
    {
        MaskSet masks = Shapes(10, 1000);
        PcaCodec codec = PcaFit.Fit(masks, new MaskCodecOptions { Size = 10, Dimension = 4 });
        int[] dimensions = [1, 3, 10, 30, 100];
        IReadOnlyList<CodecCurvePoint> curve = CodecCurve.Measure(codec, masks, dimensions, TestContext.Current.CancellationToken);
        Assert.Equal(dimensions, curve.Select(p => p.Dimension));
        Assert.Equal(curve.OrderBy(p => p.MeanIoU), curve);
        Assert.Equal(1, curve[^1].MeanIoU);
        CodecComponents all = codec.Components[0];
        Assert.All(curve, p => Assert.Equal(1 - (all.Variances.Take(p.Dimension).Sum() / all.TotalVariance), p.LostVariance, 1e-4));
    }

    [Fact]
    public void Wrong_options_and_files_are_named()
    {
        MaskSet masks = Shapes(8, 10);
        Assert.Contains("dimension is 65", Fails(() => PcaFit.Fit(masks, new MaskCodecOptions { Size = 8, Dimension = 65 })), StringComparison.Ordinal);
        Assert.Contains("size is 1;", Fails(() => MaskSet.Load("x.json", 1)), StringComparison.Ordinal);
        Assert.Contains("the masks are 8x8", Fails(() => PcaFit.Fit(masks, new MaskCodecOptions())), StringComparison.Ordinal);
        Assert.Contains("at least two", Fails(() => PcaFit.Fit(Shapes(8, 1))), StringComparison.Ordinal);
        string path = Path.Combine(_folder, "weights.safetensors");
        File.WriteAllBytes(path, [2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']);
        Assert.Contains("weights.safetensors: is not a mask codec", Fails(() => CodecFile.Load(path)), StringComparison.Ordinal);

        static string Fails(Func<object> action) => Assert.Throws<InputException>(action).Message;
    }

    /// <summary>Ellipses (class 1), rectangles (class 2), and one of class 3.</summary>
    private static MaskSet Shapes(int size, int count)
    {
        Random random = new(7);
        List<CocoAnnotation> annotations = [];
        for (int i = 0; i < count; i++)
        {
            byte[] pixels = new byte[size * size];
            double x = random.NextDouble() * size;
            double y = random.NextDouble() * size;
            double a = (0.2 + (random.NextDouble() * 0.6)) * size;
            double b = (0.2 + (random.NextDouble() * 0.6)) * size;
            for (int p = 0; p < pixels.Length; p++)
            {
                double dx = ((p % size) + 0.5 - x) / a;
                double dy = ((p / size) + 0.5 - y) / b;
                pixels[p] = (byte)((i % 2 == 0 ? (dx * dx) + (dy * dy) : Math.Max(Math.Abs(dx), Math.Abs(dy))) < 1 ? 1 : 0);
            }

            CocoSegmentation mask = CocoSegmentation.FromRle(Rle.FromMask(pixels, size, size));
            int category = i == 5 ? 3 : 1 + (i % 2);
            annotations.Add(new CocoAnnotation(i + 1, 1, category, new BoxXywh(0, 0, size, size), 1, IsCrowd: false, mask));
        }

        CocoCategory[] classes = [new(1, "ellipse"), new(2, "rectangle"), new(3, "rare")];
        return MaskSet.Of(InstanceDataset.Create([new CocoImage(1, "a.png", size, size)], classes, annotations), size);
    }

    private static float[] Encode(PcaCodec codec, byte[] mask, Random? random = null)
    {
        float[] code = new float[codec.Dimension];
        if (random is null)
        {
            codec.Encode(mask, code);
        }
        else
        {
            codec.Encode(mask, code, 0, random);
        }

        return code;
    }

    private static float[] Decode(PcaCodec codec, byte[] mask)
    {
        float[] decoded = new float[mask.Length];
        codec.Decode(Encode(codec, mask), decoded);
        return decoded;
    }

    // The sign of a component is a convention, so codes are compared by what they decode to and by their size.
    private static float[] Both(PcaCodec codec, byte[] mask) => [.. Encode(codec, mask).Select(Math.Abs), .. Decode(codec, mask)];

    /// <summary>The same by numpy: eigenvectors of its covariance, then the formulas of MEInst's Eq. 1.</summary>
    private float[] Numpy(MaskSet masks, MaskCodecOptions options, int looked)
    {
        string script = $"""
            pixels, n, looked = {options.Size * options.Size}, {options.Dimension}, {looked}
            b = np.frombuffer(data, np.uint8).reshape(-1, pixels).astype(np.float64)
            u, noise = b, 0
            if '{options.Space}' == 'Logit':
                logit = np.log((1 - 0.0225) / 0.0225)
                if '{options.Smoothing}' == 'Random':
                    r = np.maximum(0.05 * (np.arange(4000000) + 0.5) / 4000000, 0.01)
                    l = np.log((1 - r) / r)
                    logit, noise = l.mean(), l.var()
                u = logit * (2 * b - 1)
            mean = u.mean(0)
            w, vectors = np.linalg.eigh(np.cov(u.T) + noise * np.eye(pixels))
            w, vectors = w[::-1][:n], vectors[:, ::-1][:, :n].T
            scale = np.sqrt(w) if {options.Whiten} else np.ones(n)
            code = (u[:looked] - mean) @ vectors.T / scale
            back = (code * scale) @ vectors + mean
            back = 1 / (1 + np.exp(-back)) if '{options.Space}' == 'Logit' else np.clip(back, 0.01, 0.99)
            result = np.concatenate([np.abs(code), back], 1).astype(np.float32).tobytes()
            """;
        byte[] bits = [.. Enumerable.Range(0, masks.Count).SelectMany(i => masks.Mask(i).Pixels)];
        return MemoryMarshal.Cast<byte, float>(python.Run(script, bits)).ToArray();
    }
}
