namespace Panoptes.Masks.Codec;

/// <summary>Turns masks of a fixed size into a few numbers and back.</summary>
public interface IMaskCodec
{
    /// <summary>The side of the masks, in pixels.</summary>
    int Size { get; }

    /// <summary>How many numbers stand for a mask.</summary>
    int Dimension { get; }

    /// <summary>Encodes a mask.</summary>
    /// <param name="mask">Size² pixels, 0 or 1, row by row.</param>
    /// <param name="code">Dimension numbers to write.</param>
    /// <param name="class">The object's class, by its place in the data set; of no matter to a codec for all classes.</param>
    void Encode(ReadOnlySpan<byte> mask, Span<float> code, int @class = 0);

    /// <summary>Decodes a mask.</summary>
    /// <param name="code">Dimension numbers.</param>
    /// <param name="pixels">Size² probabilities to write, in [0, 1], row by row.</param>
    /// <param name="class">The object's class, by its place in the data set.</param>
    void Decode(ReadOnlySpan<float> code, Span<float> pixels, int @class = 0);
}
