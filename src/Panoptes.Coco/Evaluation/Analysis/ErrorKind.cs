namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>
/// The six kinds of error of TIDE (Bolya et al., "TIDE: A General Toolbox for Identifying Object Detection Errors", arXiv 2008.08115,
/// section 2.2). t_f is the IoU from which a detection counts (0.5), t_b the one below which it lies on the background (0.1).
/// </summary>
public enum ErrorKind
{
    /// <summary>Cls: the right place (IoU of t_f or more with an object of another class), the wrong class.</summary>
    Classification,

    /// <summary>Loc: the right class, but an IoU of t_b to t_f only.</summary>
    Localization,

    /// <summary>Both: the wrong class, and an IoU of t_b to t_f only.</summary>
    Both,

    /// <summary>Dupe: right, but a detection with a higher score has taken the object.</summary>
    Duplicate,

    /// <summary>Bkg: no object has an IoU of more than t_b.</summary>
    Background,

    /// <summary>Miss: an object that nothing found, and that no detection of the kinds Cls and Loc stands for.</summary>
    Missed,
}
