namespace Panoptes.Training.Configuration;

/// <summary>When a pixel of the target mask, reduced bilinearly to the loss's resolution, is foreground.</summary>
public enum MaskTarget
{
    /// <summary>Above 0: any of the four pixels at its center is (the authors' code). Masks grow by about a pixel.</summary>
    Any,

    /// <summary>
    /// Half of it is: masks keep their size. An object too thin for that has every pixel of the target that it touches.
    /// </summary>
    Half,
}
