namespace Panoptes.Training.Configuration;

/// <summary>When a pixel of the target mask, reduced bilinearly to the loss's resolution, is foreground.</summary>
public enum MaskTarget
{
    /// <summary>Above 0: any of the pixels it was made from is (the authors' code); keeps objects of one pixel.</summary>
    Any,

    /// <summary>Above 0.5: half of it is.</summary>
    Half,
}
