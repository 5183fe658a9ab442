using System.Text.Json.Serialization;

namespace Panoptes.Training.Configuration;

/// <summary>Loss of the regressed distances to a box's sides.</summary>
public enum BoxLoss
{
    /// <summary>1 - GIoU, as AdelaiDet and EmbedMask train.</summary>
    [JsonStringEnumMemberName("giou")]
    GIoU,

    /// <summary>-ln(IoU), as the original FCOS trains.</summary>
    [JsonStringEnumMemberName("iou")]
    IoU,

    /// <summary>1 - IoU.</summary>
    [JsonStringEnumMemberName("linear_iou")]
    LinearIoU,
}
