namespace Panoptes.Training.Models;

/// <summary>How <see cref="ModelPacker"/> stores the weights of layers. Whatever it is, they are computed with as 32-bit floats.</summary>
public enum PackedWeights
{
    /// <summary>32-bit floats, as training writes them.</summary>
    Fp32,

    /// <summary>16-bit floats: half the size.</summary>
    Fp16,

    /// <summary>8-bit integers with a factor for each output channel: a quarter of the size.</summary>
    Int8,
}
