namespace Panoptes.Onnx;

/// <summary>An input or output of a network.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsFloat">Whether it is a tensor of 32-bit floats.</param>
internal sealed record OnnxTensor(string Name, bool IsFloat);
