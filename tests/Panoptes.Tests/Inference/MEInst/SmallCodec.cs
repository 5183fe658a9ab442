using Panoptes.Inference.MEInst;

namespace Panoptes.Tests.Inference.MEInst;

/// <summary>Codecs made by hand: 4x4 masks, a component of variance 4 for each pixel, so that a coefficient of 1 is a logit of 2.</summary>
internal static class SmallCodec
{
    public const int Size = 4;
    public const int Pixels = Size * Size;

    /// <param name="means">For each set of components the mean logit of every pixel.</param>
    public static PcaCodec Create(params float[] means) => new(
        new MaskCodecOptions { Size = Size, Dimension = Pixels, ByClass = means.Length > 1 },
        [.. means.Select(mean => new CodecComponents(
            [.. Enumerable.Repeat(mean, Pixels)],
            [.. Enumerable.Range(0, Pixels * Pixels).Select(i => i / Pixels == i % Pixels ? 1f : 0)],
            [.. Enumerable.Repeat(4.0, Pixels)],
            4 * Pixels))]);
}
