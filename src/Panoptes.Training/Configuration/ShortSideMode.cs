namespace Panoptes.Training.Configuration;

/// <summary>How the short side of a training image is drawn from <c>input.short_side</c>.</summary>
public enum ShortSideMode
{
    /// <summary>One of the listed sizes.</summary>
    Choice,

    /// <summary>Any whole number between the two listed sizes, both included.</summary>
    Range,
}
