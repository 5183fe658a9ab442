namespace Panoptes.Inference.MEInst;

/// <summary>
/// MEInst's mask encoding (arXiv 2003.11712, section 3.2): principal components of masks drawn in their box, <c>v = T u</c> and <c>ũ = W
/// v</c> (Eq. 1) with the mean taken off first. With whitening, T = diag(λ^-½) Wᵀ and W = W diag(λ^½): every number has the variance 1.
/// </summary>
public sealed class PcaCodec : MaskCodec
{
    /// <summary>
    /// Of the largest variance: whitening takes no component's for less. Few masks leave the last components (nearly) without variance, and
    /// whitening by it would turn the noise of any other mask into huge numbers.
    /// </summary>
    private const double LeastVariance = 1e-4;

    private const float LeastProbability = 0.01f; // of a mask decoded in binary space, as the authors limit it

    private readonly float[] _encoders; // [class, dimension, pixel]: applied to the pixels themselves
    private readonly float[] _offsets; // [class, dimension]: the code of an empty mask
    private readonly float[] _decoders; // [class, dimension, pixel]

    /// <summary>Creates a codec from fitted components.</summary>
    /// <param name="options">How masks are encoded.</param>
    /// <param name="components">The components: one set, or one for each class, each with at least as many as the dimension.</param>
    public PcaCodec(MaskCodecOptions options, IReadOnlyList<CodecComponents> components)
    {
        ArgumentNullException.ThrowIfNull(components);
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Components = components;
        int codes = components.Count * options.Dimension;
        _encoders = new float[codes * options.Pixels];
        _decoders = new float[codes * options.Pixels];
        _offsets = new float[codes];
        (double foreground, double background) = options.Space == MaskSpace.Binary ? (1.0, 0.0) : (Logit, -Logit);
        for (int k = 0; k < codes; k++)
        {
            CodecComponents own = components[k / options.Dimension];
            int n = k % options.Dimension;
            if (own.Variances[n] <= CodecComponents.NoVariance * own.TotalVariance)
            {
                continue; // fewer masks than components: this one holds nothing but rounding, and its number is 0
            }

            double deviation = options.Whiten ? Math.Sqrt(Math.Max(own.Variances[n], LeastVariance * own.Variances[0])) : 1;
            double offset = 0;
            for (int i = 0; i < options.Pixels; i++)
            {
                double weight = own.Vectors[(n * options.Pixels) + i];
                _encoders[(k * options.Pixels) + i] = (float)(weight * (foreground - background) / deviation);
                _decoders[(k * options.Pixels) + i] = (float)(weight * deviation);
                offset += weight * (background - own.Mean[i]) / deviation;
            }

            _offsets[k] = (float)offset;
        }
    }

    /// <summary>How masks are encoded.</summary>
    public MaskCodecOptions Options { get; }

    /// <inheritdoc />
    public override int Size => Options.Size;

    /// <inheritdoc />
    public override int Dimension => Options.Dimension;

    /// <inheritdoc />
    public override int? Classes => Options.ByClass ? Components.Count : null;

    /// <summary>The principal components: one set for all classes, or one for each.</summary>
    public IReadOnlyList<CodecComponents> Components { get; }

    /// <summary>T of Eq. 1, as it is applied to pixels of 0 and 1: [class, dimension, pixel].</summary>
    public ReadOnlySpan<float> Encoder => _encoders;

    /// <summary>W of Eq. 1, transposed: [class, dimension, pixel]. The mean and the numbers times this are what is decoded.</summary>
    public ReadOnlySpan<float> Decoder => _decoders;

    /// <summary>The largest dimension that this codec has components for.</summary>
    public int MostComponents => Components[0].Count;

    /// <summary>
    /// The share of the masks' variance that the components hold, in [0, 1]; with components by class the mean over the classes.
    /// </summary>
    public double ExplainedVariance =>
        Components.Average(c => c.TotalVariance > 0 ? c.Variances.Take(Dimension).Sum() / c.TotalVariance : 1);

    private double Logit => Options.Logit;

    /// <summary>The same codec with more components or fewer.</summary>
    /// <param name="dimension">How many numbers stand for a mask, 1 to <see cref="MostComponents"/>.</param>
    /// <exception cref="InputException">The codec has fewer components.</exception>
    public PcaCodec WithDimension(int dimension) => dimension >= 1 && dimension <= MostComponents
        ? new PcaCodec(Options with { Dimension = dimension }, Components)
        : throw InputException.InContent(
            null,
            $"the codec's dimension is {dimension}; it has {MostComponents} components, so it must be 1 to that");

    /// <inheritdoc />
    /// <remarks>Random smoothing is replaced by its mean here; <see cref="Encode(ReadOnlySpan{byte}, Span{float}, int, Random)"/> draws
    /// it.</remarks>
    public override void Encode(ReadOnlySpan<byte> mask, Span<float> code, int @class = 0)
    {
        Span<float> pixels = stackalloc float[MaskCodecOptions.MaxSize * MaskCodecOptions.MaxSize];
        pixels = pixels[..Options.Pixels];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = mask[i];
        }

        Project(pixels, code, @class);
    }

    /// <inheritdoc />
    /// <remarks>Where smoothing is random, each pixel's is drawn again.</remarks>
    public override void Encode(ReadOnlySpan<byte> mask, Span<float> code, int @class, Random random)
    {
        Span<float> pixels = stackalloc float[MaskCodecOptions.MaxSize * MaskCodecOptions.MaxSize];
        pixels = pixels[..Options.Pixels];
        bool isRandom = Options is { Space: MaskSpace.Logit, Smoothing: MaskSmoothing.Random };
        for (int i = 0; i < pixels.Length; i++)
        {
            // On the scale on which the mean logit of the foreground is 1 and that of the background 0.
            double logit = isRandom ? Smoothing.RandomLogit(random.NextDouble()) / Logit : 1;
            pixels[i] = (float)(mask[i] != 0 ? (1 + logit) / 2 : (1 - logit) / 2);
        }

        Project(pixels, code, @class);
    }

    /// <inheritdoc />
    public override void Decode(ReadOnlySpan<float> code, Span<float> pixels, int @class = 0)
    {
        Reconstruct(code, pixels, @class);
        if (Options.Space == MaskSpace.Binary)
        {
            foreach (ref float pixel in pixels)
            {
                pixel = Math.Clamp(pixel, LeastProbability, 1 - LeastProbability);
            }
        }
        else
        {
            Sigmoid(pixels);
        }
    }

    /// <summary>Decodes a mask to the values that the components were taken of: logits, or pixels without limits.</summary>
    /// <param name="code">Dimension numbers.</param>
    /// <param name="pixels">Size² values to write, row by row.</param>
    /// <param name="class">The object's class, by its place in the dataset.</param>
    public void Reconstruct(ReadOnlySpan<float> code, Span<float> pixels, int @class = 0)
    {
        ReconstructNothing(pixels, @class);
        for (int n = 0; n < Dimension; n++)
        {
            AddComponent(pixels, n, code[n], @class);
        }
    }

    /// <summary>The value from which a reconstructed pixel is foreground: a probability of a half.</summary>
    public float Threshold => Options.Space == MaskSpace.Binary ? 0.5f : 0;

    /// <summary>A mask as the components see it: its logits, with the mean of the smoothing, or the pixels themselves.</summary>
    public void ToSpace(ReadOnlySpan<byte> mask, Span<float> pixels)
    {
        (float foreground, float background) = Options.Space == MaskSpace.Binary ? (1f, 0f) : ((float)Logit, -(float)Logit);
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = mask[i] != 0 ? foreground : background;
        }
    }

    /// <summary>What is reconstructed from no component: the mean.</summary>
    public void ReconstructNothing(Span<float> pixels, int @class) => Components[SetOf(@class)].Mean.CopyTo(pixels);

    /// <summary>Adds a component to what is reconstructed.</summary>
    public void AddComponent(Span<float> pixels, int n, float code, int @class) =>
        VectorMath.AddScaled(pixels, _decoders.AsSpan(((SetOf(@class) * Dimension) + n) * Options.Pixels, Options.Pixels), code);

    private void Project(ReadOnlySpan<float> pixels, Span<float> code, int @class)
    {
        int set = SetOf(@class);
        for (int n = 0; n < Dimension; n++)
        {
            int k = (set * Dimension) + n;
            code[n] = _offsets[k] + VectorMath.Dot(pixels, _encoders.AsSpan(k * Options.Pixels, Options.Pixels));
        }
    }

    private int SetOf(int @class) => Options.ByClass ? @class : 0;
}
