namespace Panoptes.Training.Models.MEInst;

/// <summary>What separates predicted mask coefficients from the right ones: rows of the MEInst paper's Table 4.</summary>
public enum CoefficientLoss
{
    /// <summary>Squared differences (the paper).</summary>
    L2,

    /// <summary>Absolute differences.</summary>
    L1,

    /// <summary>Half the squared difference below 1, the absolute one less a half above.</summary>
    SmoothL1,

    /// <summary>1 - the cosine of the angle between both vectors; their length is not learned.</summary>
    Cosine,
}
