namespace Panoptes.Torch.Interop;

/// <summary>What a <see cref="Value"/> holds; in step with <c>panoptes::Tag</c> in native/src/shim.h.</summary>
internal enum ValueTag
{
    None = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    IntList = 5,
    DoubleList = 6,
    TensorList = 7,
    OptionalTensorList = 8,
    String = 9,
    Device = 10,
    BoolList = 11,
    Default = 12,
}
