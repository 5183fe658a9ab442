namespace Panoptes.Onnx;

/// <summary>A constant of an ONNX file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its element type in the words of safetensors: F32, I64 ...; a number where it has none.</param>
/// <param name="Count">How many elements it has.</param>
public sealed record OnnxWeight(string Name, string DType, long Count);
