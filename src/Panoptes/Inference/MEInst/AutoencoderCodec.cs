namespace Panoptes.Inference.MEInst;

/// <summary>
/// A non-linear mask encoding, which the MEInst paper leaves open (section 3.2): principal components with a correction by one hidden layer
/// in either direction, <c>v = A (u − mean) + B relu(C (u − mean) + c) + b</c> for encoding, and the same with other numbers, through a
/// sigmoid, for decoding. Each number has the mean 0 and the variance 1 over the masks that it was fitted to.
/// </summary>
/// <remarks>Panoptes.Training fits it (<c>codec fit --kind autoencoder</c>), by the cross entropy of the pixels.</remarks>
public sealed class AutoencoderCodec : MaskCodec
{
    /// <summary>The most hidden units.</summary>
    public const int MostHidden = 4096;

    private readonly float[] _mean;

    /// <summary>Creates a codec from fitted numbers.</summary>
    /// <param name="size">The side of the masks, in pixels.</param>
    /// <param name="mean">The mean of each pixel: [pixel].</param>
    /// <param name="encoder">From pixels, the mean taken off, to numbers.</param>
    /// <param name="decoder">From numbers to logits of pixels.</param>
    public AutoencoderCodec(int size, float[] mean, ResidualMap encoder, ResidualMap decoder)
    {
        (Size, _mean, Encoder, Decoder) = (size, mean, encoder, decoder);
    }

    /// <inheritdoc />
    public override int Size { get; }

    /// <inheritdoc />
    public override int Dimension => Encoder.Outputs;

    /// <summary>Units of the hidden layer, the same in both directions.</summary>
    public int Hidden => Encoder.Hidden;

    /// <summary>The mean of each pixel over the masks that the codec was fitted to: [pixel].</summary>
    public ReadOnlySpan<float> Mean => _mean;

    /// <summary>From pixels, the mean taken off, to numbers.</summary>
    public ResidualMap Encoder { get; }

    /// <summary>From numbers to logits of pixels.</summary>
    public ResidualMap Decoder { get; }

    /// <inheritdoc />
    public override void Encode(ReadOnlySpan<byte> mask, Span<float> code, int @class = 0)
    {
        Span<float> pixels = stackalloc float[MaskCodecOptions.MaxSize * MaskCodecOptions.MaxSize];
        pixels = pixels[..(Size * Size)];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = mask[i] - _mean[i];
        }

        Encoder.Apply(pixels, code);
    }

    /// <inheritdoc />
    public override void Decode(ReadOnlySpan<float> code, Span<float> pixels, int @class = 0)
    {
        Decoder.Apply(code, pixels);
        Sigmoid(pixels);
    }

    /// <summary>Checks that the sizes make sense.</summary>
    /// <param name="size">The side of the masks.</param>
    /// <param name="dimension">How many numbers stand for a mask.</param>
    /// <param name="hidden">Units of the hidden layer.</param>
    /// <exception cref="InputException">They do not; the message names the size and what is allowed.</exception>
    public static void Validate(int size, int dimension, int hidden)
    {
        new MaskCodecOptions { Size = size, Dimension = dimension }.Validate();
        if (hidden is < 1 or > MostHidden)
        {
            throw InputException.InContent(null, $"the codec's hidden units are {hidden}; they must be 1 to {MostHidden}");
        }
    }
}
