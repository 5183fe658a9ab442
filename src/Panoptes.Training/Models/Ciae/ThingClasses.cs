namespace Panoptes.Training.Models.Ciae;

/// <summary>What CIAE's memory knows of the classes of things (the paper's Table II).</summary>
public enum ThingClasses
{
    /// <summary>One vector for all things; the detector tells their classes apart (the paper).</summary>
    Merge,

    /// <summary>A vector for each class.</summary>
    Specific,

    /// <summary>No vector, and no loss of categories: pixels learn whose they are, and stuff what it is.</summary>
    None,
}
