namespace Panoptes.Server.Requests;

/// <summary>The form of a result.</summary>
internal enum ResultFormat
{
    /// <summary>The service's own JSON.</summary>
    Json,

    /// <summary>A GeoJSON FeatureCollection of one image.</summary>
    GeoJson,

    /// <summary>A COCO results array.</summary>
    Coco,

    /// <summary>An image with what was found drawn over it.</summary>
    Overlay,

    /// <summary>A PNG of segment ids, as COCO's panoptic format has it.</summary>
    Panoptic,
}
