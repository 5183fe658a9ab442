using Panoptes.Evaluation.Comparison;

namespace Panoptes.Evaluation.Report;

/// <summary>What stands on a <see cref="PanopticPage"/> besides the analysis.</summary>
public sealed record PanopticPageOptions
{
    /// <summary>The title; null (default) says what was compared.</summary>
    public string? Title { get; init; }

    /// <summary>The folder of the pictures; null (default) for a page with labels alone. One that is missing there is told on the page.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>The comparison with other results; null (default) for none.</summary>
    public PqComparison? Comparison { get; init; }

    /// <summary>What the page calls the other results, usually their file's name.</summary>
    public string? BaselineName { get; init; }
}
