namespace Panoptes.Training.Reports;

/// <summary>The figures of an evaluation as the metrics hold them.</summary>
/// <param name="Iteration">When it was made.</param>
/// <param name="Values">The figures by name, such as <c>segm_AP50</c>.</param>
internal sealed record RunScores(int Iteration, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>A figure of the masks; NaN if there is none.</summary>
    public double Segm(string name) => Values.GetValueOrDefault($"segm_{name}", double.NaN);

    /// <summary>A figure of the segments; NaN if there is none.</summary>
    public double Panoptic(string name) => Values.GetValueOrDefault($"panoptic_{name}", double.NaN);

    /// <summary>A figure of the boxes; NaN if there is none.</summary>
    public double Bbox(string name) => Values.GetValueOrDefault($"bbox_{name}", double.NaN);
}
