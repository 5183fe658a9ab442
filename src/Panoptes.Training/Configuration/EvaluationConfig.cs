using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>Evaluation on <c>data.val</c> while training.</summary>
public sealed record EvaluationConfig
{
    /// <summary>Iterations between evaluations; 0 evaluates at the end only.</summary>
    [Range(0, int.MaxValue)]
    public int Every { get; init; } = 5000;

    /// <summary>
    /// Evaluates on this many images, the first ones, while training; the last evaluation takes all, and is compared with the others by the
    /// first ones. null always takes all.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? Limit { get; init; }

    /// <summary>Images drawn with their predictions at each evaluation.</summary>
    [Range(0, 1000)]
    public int Samples { get; init; } = 8;

    /// <summary>The figure that best.safetensors is chosen by, and that <c>patience</c> waits for.</summary>
    public BestFigure BestBy { get; init; } = BestFigure.Auto;

    /// <summary>
    /// Ends the run after this many evaluations without a better figure (early stopping); null trains to the schedule's end. It suits a
    /// steady learning rate: one that falls at the end often gains most there.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? Patience { get; init; }
}
