using Panoptes.Inference.MEInst;
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
        AutoencoderCodec autoencoder => ResidualMapLayer.Apply(autoencoder.Decoder, codes),
        _ => Reconstruct((PcaCodec)codec, codes),
    };

    // ũ = W v̂ + mean (Eq. 1, right)
    private static Tensor Reconstruct(PcaCodec codec, Tensor codes)
    {
        Tensor decoder = Tensor.From(codec.Decoder, [codec.Dimension, codec.Size * codec.Size]).To(codes.Device);
        Tensor mean = Tensor.From<float>(codec.Components[0].Mean).To(codes.Device);
        return mean.Addmm(codes, decoder);
    }
}
