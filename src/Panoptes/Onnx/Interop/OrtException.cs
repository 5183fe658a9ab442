namespace Panoptes.Onnx.Interop;

/// <summary>A call of ONNX Runtime failed; the message is its own, in one line.</summary>
internal sealed class OrtException(string message)
    : InvalidOperationException($"ONNX Runtime: {string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries))}");
