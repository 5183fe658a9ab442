using Panoptes.Coco.Evaluation.Comparison;

namespace Panoptes.Coco.Reports;

/// <summary>What stands on an <see cref="InstancePage"/> or a <see cref="PanopticPage"/> besides the analysis.</summary>
public sealed record PageOptions
{
    /// <summary>The title; null (default) says what was compared.</summary>
    public string? Title { get; init; }

    /// <summary>
    /// The folder of the images; null (default) for a page without them. One that is missing there is told on the page.
    /// </summary>
    public string? ImageFolder { get; init; }

    /// <summary>The comparison with other results; null (default) for none.</summary>
    public ResultComparison? Comparison { get; init; }

    /// <summary>What the page calls the other results, usually their file's name.</summary>
    public string? BaselineName { get; init; }
}
