namespace Panoptes.Torch.Interop;

/// <summary>What a <see cref="Value"/> holds.</summary>
internal enum ValueTag : byte
{
    None = 0,
    Tensor,
    Int,
    Double,
    Bool,
    Device,
    IntList,
    DoubleList,
    TensorList,
    OptionalTensorList,
}
