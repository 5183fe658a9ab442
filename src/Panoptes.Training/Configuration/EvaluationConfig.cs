using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>Evaluation on <c>data.val</c> while training.</summary>
public sealed record EvaluationConfig
{
    /// <summary>Iterations between evaluations; 0 evaluates at the end only.</summary>
    [Range(0, int.MaxValue)]
    public int Every { get; init; } = 5000;

    /// <summary>Evaluates on the first so many images while training; the last evaluation takes all. null always takes all.</summary>
    [Range(1, int.MaxValue)]
    public int? Limit { get; init; }

    /// <summary>Images drawn with their predictions at each evaluation.</summary>
    [Range(0, 1000)]
    public int Samples { get; init; } = 8;
}
