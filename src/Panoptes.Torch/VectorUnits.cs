namespace Panoptes.Torch;

/// <summary>Vector instructions that this library's own convolutions use.</summary>
public enum VectorUnits
{
    /// <summary>None that they are written for: libtorch's convolutions are used.</summary>
    None,

    /// <summary>AVX2 with FMA: 8 numbers at once.</summary>
    Avx2,

    /// <summary>AVX-512: 16 numbers at once.</summary>
    Avx512,
}
