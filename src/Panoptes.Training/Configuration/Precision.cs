namespace Panoptes.Training.Configuration;

/// <summary>Number format of the network's forward and backward pass.</summary>
public enum Precision
{
    /// <summary>float32 throughout.</summary>
    Fp32,

    /// <summary>Convolutions in bfloat16, weights and losses in float32.</summary>
    Bf16,

    /// <summary>Convolutions in float16 with dynamic loss scaling (CUDA only), weights and losses in float32.</summary>
    Amp,
}
