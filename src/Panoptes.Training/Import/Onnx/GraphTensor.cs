namespace Panoptes.Training.Import.Onnx;

/// <summary>A constant of an ONNX graph.</summary>
/// <param name="Type">Its element type, a number of TensorProto.DataType.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Offset">Where in the file its bytes begin; -1 where they are not in the file.</param>
/// <param name="Length">How many bytes they are.</param>
internal sealed record GraphTensor(long Type, IReadOnlyList<long> Shape, long Offset, long Length);
