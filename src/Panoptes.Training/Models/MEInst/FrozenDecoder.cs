using Panoptes.Masks.Codec;
using Panoptes.Torch;

namespace Panoptes.Training.Models.MEInst;

/// <summary>A codec's decoder as tensor operators, for implicit encoding: its numbers are frozen, and gradients go through it.</summary>
internal static class FrozenDecoder
{
    /// <summary>Decodes to the values of which a sigmoid makes probabilities.</summary>
    /// <param name="codec">The codec, one for all classes.</param>
    /// <param name="codes">[P, D].</param>
    /// <returns>[P, size²].</returns>
    public static Tensor Decode(MaskCodec codec, Tensor codes) => codec switch
    {
        AutoencoderCodec autoencoder => Apply(autoencoder.Decoder, codes),
        _ => Components((PcaCodec)codec, codes),
    };

    // ũ = W v̂ + mean (Eq. 1, right)
    private static Tensor Components(PcaCodec codec, Tensor codes) =>
        Vector(codec.Components[0].Mean, codes).Addmm(codes, Matrix(codec.Decoder, codec.Dimension, codes));

    private static Tensor Apply(ResidualMap map, Tensor x)
    {
        Tensor hidden = Vector(map.HiddenBias, x).Addmm(x, Matrix(map.HiddenWeight, map.Inputs, x)).Relu(); // [P, hidden]
        Tensor linear = Vector(map.Bias, x).Addmm(x, Matrix(map.Linear, map.Inputs, x)); // [P, size²]
        return linear.Addmm(hidden, Matrix(map.OutputWeight, map.Hidden, x));
    }

    private static Tensor Vector(float[] values, Tensor like) => Tensor.From<float>(values).To(like.Device);

    private static Tensor Matrix(ReadOnlySpan<float> values, int rows, Tensor like) =>
        Tensor.From(values, [rows, values.Length / rows]).To(like.Device);
}
