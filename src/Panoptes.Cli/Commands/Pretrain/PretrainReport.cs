using System.Text.Json.Serialization;

namespace Panoptes.Cli.Commands.Pretrain;

/// <summary>The JSON of <c>panoptes pretrain</c>.</summary>
/// <param name="Output">The backbone; null after a linear probe.</param>
/// <param name="Images">Images that were learned from.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="ValidationImages">Images that it was measured on.</param>
/// <param name="Top1">The part of these whose class came first.</param>
/// <param name="Top5">The part of these whose class was among the first five.</param>
/// <param name="Seconds">Time of it all.</param>
internal sealed record PretrainReport(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Output,
    int Images,
    int Classes,
    int ValidationImages,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Top1,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? Top5,
    double Seconds);
