using System.Text.Json.Serialization;
using Panoptes.Masks;

namespace Panoptes.Inference.MEInst;

/// <summary>
/// Turns masks of a fixed size into a few numbers and back. A codec is fitted to masks once, and never changes while a network learns its
/// numbers.
/// </summary>
/// <remarks>Immutable: one serves any number of threads.</remarks>
[JsonConverter(typeof(MaskCodecJson))]
public abstract class MaskCodec
{
    private protected MaskCodec()
    {
    }

    /// <summary>The side of the masks, in pixels.</summary>
    public abstract int Size { get; }

    /// <summary>How many numbers stand for a mask.</summary>
    public abstract int Dimension { get; }

    /// <summary>How many classes are encoded each in a way of its own; null for one way for all.</summary>
    public virtual int? Classes => null;

    /// <summary>Encodes a mask.</summary>
    /// <param name="mask">Size² pixels, 0 or 1, row by row.</param>
    /// <param name="code">Dimension numbers to write.</param>
    /// <param name="class">The object's class, by its place in the dataset; ignored by a codec for all classes.</param>
    public abstract void Encode(ReadOnlySpan<byte> mask, Span<float> code, int @class = 0);

    /// <summary>Encodes a mask to learn from, with noise where the codec was fitted with it.</summary>
    /// <param name="mask">Size² pixels, 0 or 1, row by row.</param>
    /// <param name="code">Dimension numbers to write.</param>
    /// <param name="class">The object's class, by its place in the dataset.</param>
    /// <param name="random">Where the noise comes from.</param>
    public virtual void Encode(ReadOnlySpan<byte> mask, Span<float> code, int @class, Random random) => Encode(mask, code, @class);

    /// <summary>Decodes a mask.</summary>
    /// <param name="code">Dimension numbers.</param>
    /// <param name="pixels">Size² probabilities to write, in [0, 1], row by row.</param>
    /// <param name="class">The object's class, by its place in the dataset.</param>
    public abstract void Decode(ReadOnlySpan<float> code, Span<float> pixels, int @class = 0);

    /// <summary>Draws a decoded mask into its box, at the size of its image.</summary>
    /// <param name="pixels">Size² probabilities, row by row, as <see cref="Decode"/> writes them.</param>
    /// <param name="box">The box in pixels of the image, inside the image.</param>
    /// <param name="size">The image's size.</param>
    /// <param name="threshold">The probability from which a pixel is foreground, above 0.</param>
    public Rle Paste(ReadOnlySpan<float> pixels, Box box, ImageSize size, double threshold = 0.5) =>
        new MaskPaster(Size, (float)threshold).Paste(pixels, box, size.Height, size.Width);

    /// <summary>From logits to probabilities, in place.</summary>
    private protected static void Sigmoid(Span<float> values)
    {
        foreach (ref float value in values)
        {
            value = 1 / (1 + MathF.Exp(-value));
        }
    }
}
