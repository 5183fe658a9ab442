namespace Panoptes.Onnx.Interop;

/// <summary>Kinds of native objects. The number of each is the place of the function that releases it in <c>OrtApi</c>.</summary>
internal enum OrtKind
{
    Session = 95,
    Value = 96,
    RunOptions = 97,
    TypeInfo = 98,
    TensorInfo = 99,
    SessionOptions = 100,
    ModelMetadata = 118,
}
