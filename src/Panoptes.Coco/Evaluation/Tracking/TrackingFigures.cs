namespace Panoptes.Coco.Evaluation.Tracking;

/// <summary>How well objects were followed, as fractions; see <see cref="TrackingQuality"/> for what they mean.</summary>
public sealed record TrackingFigures
{
    /// <summary>HOTA (arXiv 2009.07736): the geometric mean of detection and association, averaged over IoU thresholds 0.05 to
    /// 0.95.</summary>
    public required double Hota { get; init; }

    /// <summary>HOTA's detection accuracy: <c>TP / (TP + FN + FP)</c>.</summary>
    public required double DetA { get; init; }

    /// <summary>HOTA's association accuracy: over matches, the part of both tracks' images in which they match.</summary>
    public required double AssA { get; init; }

    /// <summary>HOTA's localization accuracy: the mean IoU of matches; 1 without a match.</summary>
    public required double LocA { get; init; }

    /// <summary>IDF1 (arXiv 1609.01775): F1 of objects under the number that fits their track best.</summary>
    public required double Idf1 { get; init; }

    /// <summary>The precision of <see cref="Idf1"/>.</summary>
    public required double IdPrecision { get; init; }

    /// <summary>The recall of <see cref="Idf1"/>.</summary>
    public required double IdRecall { get; init; }

    /// <summary>MOTA (CLEAR MOT): <c>1 − (misses + false alarms + changes of number) / objects</c>; may be negative.</summary>
    public required double Mota { get; init; }

    /// <summary>MOTP: the mean IoU of CLEAR MOT's matches; 0 without a match.</summary>
    public required double Motp { get; init; }

    /// <summary>CLEAR MOT's matches.</summary>
    public required long Matches { get; init; }

    /// <summary>Objects of the ground truth that nothing matches.</summary>
    public required long Misses { get; init; }

    /// <summary>Objects of the tracker that match nothing.</summary>
    public required long FalseAlarms { get; init; }

    /// <summary>How often a track of the ground truth is matched by another number than the last time.</summary>
    public required long IdSwitches { get; init; }

    /// <summary>How often a track of the ground truth is matched again after an image in which it was not.</summary>
    public required long Fragmentations { get; init; }

    /// <summary>Tracks of the ground truth.</summary>
    public required long Tracks { get; init; }

    /// <summary>Those of them that are matched in more than 80 % of their images.</summary>
    public required long MostlyTracked { get; init; }

    /// <summary>Those of them that are matched in less than 20 % of their images.</summary>
    public required long MostlyLost { get; init; }

    /// <summary>Tracks of the tracker.</summary>
    public required long PredictedTracks { get; init; }
}
