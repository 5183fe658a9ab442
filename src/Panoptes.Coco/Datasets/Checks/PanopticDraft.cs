using Panoptes.Coco.Files.Json;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>A panoptic annotation as it stands in the file, right or wrong.</summary>
/// <param name="ImageId">Its image.</param>
/// <param name="FileName">Its PNG; null where it names none.</param>
/// <param name="Segments">Its segments; null where it has no list of objects.</param>
internal sealed record PanopticDraft(Loose<long> ImageId, string? FileName, IReadOnlyList<SegmentDraft>? Segments);

/// <summary>A segment as it stands in the file, right or wrong.</summary>
/// <param name="Id">Its label.</param>
/// <param name="CategoryId">Its class.</param>
/// <param name="Area">Its pixels as stated.</param>
/// <param name="IsCrowd">Whether it is a crowd.</param>
/// <param name="Box">Its box as stated.</param>
internal sealed record SegmentDraft(
    Loose<long> Id, Loose<long> CategoryId, Loose<double> Area, Loose<bool> IsCrowd, Loose<BoxXywh> Box);
