using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace Panoptes.Onnx;

/// <summary>A call of ONNX Runtime failed; the message is its own, in one line.</summary>
internal sealed partial class OrtException(OnnxRuntimeException error)
    : InvalidOperationException($"ONNX Runtime: {OneLine(error.Message)}", error)
{
    private static string OneLine(string message) => string.Join(
        ' ', ErrorCode().Replace(message, "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    // The managed package puts the name of the error code before the text, as in [ErrorCode:InvalidProtobuf]; the library may put the place
    // in its source there too.
    [GeneratedRegex(@"^\[ErrorCode:\w+\] (.*\[ONNXRuntimeError\] : \d+ : \w+ : )?", RegexOptions.Singleline)]
    private static partial Regex ErrorCode();
}
