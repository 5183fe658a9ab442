using Panoptes.Coco.Codecs;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Torch.Optim;
using Panoptes.Training.Data;

namespace Panoptes.Training.Models.MEInst;

/// <summary>
/// Fits an <see cref="AutoencoderCodec"/>: it begins as principal components, and Adam lowers the cross entropy of the pixels that come
/// back. Masks are mirrored and turned at random, since a few thousand would be overfit.
/// </summary>
public static class AutoencoderFit
{
    private const int WarmupSteps = 100;
    private const double WeightDecay = 1e-4;
    private const int MostMeasured = 20_000; // masks for the mean and the variance of each number

    /// <summary>Of the largest deviation: no number is divided by less, as with principal components.</summary>
    private const double LeastDeviation = 1e-2;

    /// <summary>Fits a codec, on the CPU with all cores.</summary>
    /// <param name="masks">The masks.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told after each step how many are done.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">There are fewer than two masks, or an option makes no sense.</exception>
    public static AutoencoderCodec Fit(
        MaskSet masks,
        AutoencoderOptions? options = null,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(masks);
        options ??= new AutoencoderOptions();
        options.Validate(masks.Size);
        TorchRuntime.Threads = Environment.ProcessorCount;
        TorchRuntime.FlushDenormals(true);
        TorchRuntime.Seed(options.Seed);
        PcaCodec start = PcaFit.Fit(masks, new MaskCodecOptions { Size = masks.Size, Dimension = options.Dimension });
        float[] mean = MeanOf(start);
        using ResidualMapLayer encoder = new(Transpose(start.Encoder, options.Dimension), new float[options.Dimension], options.Hidden);
        using ResidualMapLayer decoder = new(start.Decoder, start.Components[0].Mean, options.Hidden);
        Train(encoder, decoder, mean, masks, options, progress, cancellationToken);
        return Whiten(new AutoencoderCodec(masks.Size, mean, encoder.ToMap(), decoder.ToMap()), masks);
    }

    private static void Train(
        ResidualMapLayer encoder,
        ResidualMapLayer decoder,
        float[] mean,
        MaskSet masks,
        AutoencoderOptions options,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        using TensorScope all = new();
        using AdamW adam = new(
            [new([.. Named("encoder", encoder), .. Named("decoder", decoder)], WeightDecay: WeightDecay)], options.LearningRate);
        Tensor shift = Tensor.From<float>(mean);
        float[] pixels = new float[options.BatchSize * mean.Length];
        for (int step = 0; step < options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using TensorScope scope = new();
            Draw(masks, new RandomStream((ulong)options.Seed, (ulong)step), pixels, mean.Length);
            Tensor batch = Tensor.From<float>(pixels, [options.BatchSize, mean.Length]); // [B, size²]
            Tensor codes = encoder.Forward(batch - shift); // [B, D]
            decoder.Forward(codes).BinaryCrossEntropyWithLogits(batch, null, null, Reduction.Mean).Backward();
            double cosine = (1 + Math.Cos(Math.PI * step / options.Steps)) / 2;
            adam.LearningRate = options.LearningRate * Math.Min(1, (step + 1.0) / WarmupSteps) * cosine;
            adam.Step();
            adam.ZeroGrad();
            progress?.Report((step + 1, options.Steps));
        }
    }

    private static IEnumerable<(string Name, Tensor Value)> Named(string name, ResidualMapLayer layer) =>
        layer.Parameters().Select(p => ($"{name}.{p.Name}", p.Value));

    /// <summary>Fills a batch with masks, each in one of the eight ways to mirror and turn a square.</summary>
    private static void Draw(MaskSet masks, RandomStream random, float[] pixels, int pixelsOfOne)
    {
        int size = (int)Math.Sqrt(pixelsOfOne);
        for (int first = 0; first < pixels.Length; first += pixelsOfOne)
        {
            byte[] mask = masks.Mask(random.NextInt(masks.Count)).Pixels;
            (int right, int down) = random.NextBool() ? (1, size) : (size, 1);
            int from = 0;
            if (random.NextBool())
            {
                (from, right) = (from + ((size - 1) * right), -right);
            }

            if (random.NextBool())
            {
                (from, down) = (from + ((size - 1) * down), -down);
            }

            for (int i = 0; i < pixelsOfOne; i++)
            {
                pixels[first + i] = mask[from + ((i % size) * right) + ((i / size) * down)];
            }
        }
    }

    /// <summary>Gives each number the mean 0 and the variance 1; what comes back is the same.</summary>
    private static AutoencoderCodec Whiten(AutoencoderCodec codec, MaskSet masks)
    {
        int measured = Math.Min(masks.Count, MostMeasured);
        float[][] codes = new float[measured][];
        Parallel.For(0, measured, i =>
        {
            byte[] mask = masks.Mask((int)((long)i * masks.Count / measured)).Pixels;
            codes[i] = new float[codec.Dimension];
            codec.Encode(mask, codes[i]);
        });
        double[] mean = [.. Enumerable.Range(0, codec.Dimension).Select(d => codes.Average(code => (double)code[d]))];
        double[] deviation = [.. mean.Select((m, d) => Math.Sqrt(codes.Sum(code => (code[d] - m) * (code[d] - m)) / (measured - 1)))];
        double least = LeastDeviation * deviation.Max();
        double[] scale = [.. deviation.Select(s => s > 0 ? Math.Max(s, least) : 1)];
        return new AutoencoderCodec(
            codec.Size, codec.Mean.ToArray(), codec.Encoder.NormalizeOutputs(mean, scale), codec.Decoder.RestoreInputs(mean, scale));
    }

    /// <summary>The mean of the pixels, from that of their logits: L (2 b − 1).</summary>
    private static float[] MeanOf(PcaCodec codec) =>
        [.. codec.Components[0].Mean.Select(m => (float)(((m / codec.Options.Logit) + 1) / 2))];

    private static float[] Transpose(ReadOnlySpan<float> matrix, int rows)
    {
        int columns = matrix.Length / rows;
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            transposed[((i % columns) * rows) + (i / columns)] = matrix[i];
        }

        return transposed;
    }
}
