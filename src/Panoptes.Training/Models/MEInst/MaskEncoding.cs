namespace Panoptes.Training.Models.MEInst;

/// <summary>How MEInst learns masks: rows of the paper's Table 3.</summary>
public enum MaskEncoding
{
    /// <summary>The network predicts the codec's numbers and is told the right ones (the paper).</summary>
    Explicit,

    /// <summary>The network predicts the codec's numbers and is told which pixels they should decode to.</summary>
    Implicit,

    /// <summary>The network predicts every pixel of the square, without a codec.</summary>
    None,
}
