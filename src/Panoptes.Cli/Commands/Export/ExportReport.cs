using System.Text.Json.Serialization;
using Panoptes.Training.Export;

namespace Panoptes.Cli.Commands.Export;

/// <summary>What <c>panoptes export</c> wrote.</summary>
/// <param name="Output">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="OperatorSet">The version of ONNX's operators that it uses.</param>
/// <param name="LargestDifference">
/// The largest difference between its outputs and the model's, relative to the largest value of an output (or 1); null where ONNX Runtime
/// was not there to compare.
/// </param>
/// <param name="Int8">How the network in 8 bits compares with the one in float; null for other precisions.</param>
internal sealed record ExportReport(
    string Output,
    long Bytes,
    int OperatorSet,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? LargestDifference,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Int8Result? Int8);
