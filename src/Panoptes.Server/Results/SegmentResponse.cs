using System.Text.Json.Serialization;

namespace Panoptes.Server.Results;

/// <summary>The service's own JSON.</summary>
/// <param name="Model">The model that answered.</param>
/// <param name="Kind"><c>instances</c> or <c>panoptic</c>.</param>
/// <param name="Images">The images, in the request's order.</param>
internal sealed record SegmentResponse(string Model, string Kind, IReadOnlyList<SegmentedImage> Images);

/// <summary>What was found in an image.</summary>
internal sealed record SegmentedImage(
    string Name,
    int Width,
    int Height,
    IReadOnlyList<SegmentedObject> Objects,
    [property: JsonPropertyName("timing_ms")] SegmentTiming Timing,
    IReadOnlyList<string> Warnings);

/// <summary>An instance, or a segment of a panoptic model.</summary>
internal sealed record SegmentedObject(
    int Id,
    string Class,
    [property: JsonPropertyName("class_id")] long ClassId,
    [property: JsonPropertyName("is_thing")] bool IsThing,
    float? Score,
    IReadOnlyList<double> Box,
    long Area,
    string Color)
{
    /// <summary>The mask's regions; null where run lengths were asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MaskPolygon>? Polygons { get; init; }

    /// <summary>The mask as COCO's compressed run lengths; null where polygons were asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MaskRle? Rle { get; init; }
}

/// <summary>A region of a mask.</summary>
/// <param name="Outer">Its outline: x0, y0, x1, y1, ... in pixels, the first corner not repeated.</param>
/// <param name="Holes">Outlines of the background within it.</param>
internal sealed record MaskPolygon(IReadOnlyList<double> Outer, IReadOnlyList<IReadOnlyList<double>> Holes);

/// <summary>COCO's compressed run lengths.</summary>
/// <param name="Size">Height and width.</param>
/// <param name="Counts">The compressed text.</param>
internal sealed record MaskRle(IReadOnlyList<int> Size, string Counts);

/// <summary>Where the time of an image went, in milliseconds.</summary>
internal sealed record SegmentTiming(double Wait, double Decode, double Network, double Post, double Total);

/// <summary>One line of COCO's results.</summary>
internal sealed record CocoResult(
    [property: JsonPropertyName("image_id")] object ImageId,
    [property: JsonPropertyName("category_id")] long CategoryId,
    IReadOnlyList<double> Bbox,
    float Score,
    MaskRle Segmentation);

/// <summary>The service's models.</summary>
internal sealed record ModelList(IReadOnlyList<ModelEntry> Models);

/// <summary>One of the service's models.</summary>
internal sealed record ModelEntry(
    string Name,
    bool Default,
    string Method,
    string Kind,
    IReadOnlyList<string> Classes,
    int Things,
    string Description,
    bool Loaded,
    string Engine,
    [property: JsonPropertyName("source_bytes")] long SourceBytes,
    string? Error);

/// <summary>Whether the service lives, or may be sent requests.</summary>
internal sealed record HealthStatus(string Status);
