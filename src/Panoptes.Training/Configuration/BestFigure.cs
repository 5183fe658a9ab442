using System.Text.Json.Serialization;

namespace Panoptes.Training.Configuration;

/// <summary>The figure that says which of a run's models is the best.</summary>
public enum BestFigure
{
    /// <summary>Panoptic quality where it is measured, else AP of the masks.</summary>
    Auto,

    /// <summary>AP of the masks.</summary>
    [JsonStringEnumMemberName("segm_AP")]
    SegmAp,

    /// <summary>AP of the masks at IoU 0.5.</summary>
    [JsonStringEnumMemberName("segm_AP50")]
    SegmAp50,

    /// <summary>AP of the boxes.</summary>
    [JsonStringEnumMemberName("bbox_AP")]
    BboxAp,
}
