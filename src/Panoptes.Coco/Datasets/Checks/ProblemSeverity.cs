namespace Panoptes.Coco.Datasets.Checks;

/// <summary>How bad something in a dataset is.</summary>
public enum ProblemSeverity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Info,

    /// <summary>Works here, but other tools stumble, or part of the data is lost.</summary>
    Warning,

    /// <summary>Training or scoring fails, or the figures lie.</summary>
    Error,
}
