namespace Panoptes.Training.Import.Onnx;

/// <summary>An operator of an ONNX graph.</summary>
/// <param name="Operator">Its kind, such as <c>Conv</c>.</param>
/// <param name="Inputs">Names of the values it takes.</param>
/// <param name="Outputs">Names of the values it gives.</param>
/// <param name="Strides">The attribute of that name; empty where it has none.</param>
internal sealed record GraphNode(string Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<long> Strides);
