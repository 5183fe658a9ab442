namespace Panoptes.Training.Configuration;

/// <summary>Deformable convolution, whose taps read between the pixels at places that the network predicts.</summary>
public enum DeformableVersion
{
    /// <summary>Plain convolutions.</summary>
    None,

    /// <summary>Each tap moves by a predicted offset (Dai et al. 2017).</summary>
    V1,

    /// <summary>Each tap moves, and is weighed by a predicted factor between 0 and 1 (Zhu et al. 2019).</summary>
    V2,
}
