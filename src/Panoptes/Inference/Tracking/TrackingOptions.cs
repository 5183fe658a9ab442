using System.Globalization;

namespace Panoptes.Inference.Tracking;

/// <summary>How instances of successive images become tracks.</summary>
public sealed record TrackingOptions
{
    /// <summary>
    /// An instance with this score or a higher one begins a track where it continues none; 0..1. Default 0.5, as for
    /// ByteTrack (arXiv 2110.06864). Models that give low scores need a lower value: the one from which on their instances are worth
    /// showing.
    /// </summary>
    public double HighScore { get; init; } = 0.5;

    /// <summary>
    /// An instance with this score or a higher one, below <see cref="HighScore"/>, may continue a track but begins none: what is half
    /// hidden scores low (ByteTrack's second stage); 0..1. Default 0.1. With the value of <see cref="HighScore"/> there is no such stage.
    /// </summary>
    public double LowScore { get; init; } = 0.1;

    /// <summary>What tells that two instances are one object. Default: masks and boxes.</summary>
    public TrackOverlap Overlap { get; init; } = TrackOverlap.MaskAndBox;

    /// <summary>The least <see cref="Overlap"/> of an instance with a track that it continues, above 0 and up to 1. Default 0.2, as
    /// ByteTrack's.</summary>
    public double MinIoU { get; init; } = 0.2;

    /// <summary>
    /// Images in succession that show a new object before its track is reported, at least 1: what is seen less often counts as a false
    /// alarm.
    /// In the first image of a sequence tracks are reported at once. Default 2, as ByteTrack does.
    /// </summary>
    public int MinHits { get; init; } = 2;

    /// <summary>Images for which an object may be hidden and keep its number, at least 0. Default 30, as ByteTrack: one second of most
    /// videos.</summary>
    public int MaxLostFrames { get; init; } = 30;

    /// <summary>
    /// Whether objects are expected where their motion takes them (a Kalman filter, as in SORT, arXiv 1602.00763), rather than where they
    /// were
    /// seen last. Default true.
    /// </summary>
    public bool PredictMotion { get; init; } = true;

    /// <summary>
    /// Whether an object that was hidden is found again by the part of its mask that other instances leave visible. Default true. It needs
    /// masks.
    /// </summary>
    public bool ExpectOcclusion { get; init; } = true;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InputException">A value is outside of its range; the message names it.</exception>
    internal void Validate()
    {
        Check(HighScore is >= 0 and <= 1, nameof(HighScore), HighScore, "0 to 1");
        Check(LowScore >= 0 && LowScore <= HighScore, nameof(LowScore), LowScore, $"0 to {nameof(HighScore)} ({HighScore})");
        Check(Enum.IsDefined(Overlap), nameof(Overlap), Overlap, string.Join(", ", Enum.GetNames<TrackOverlap>()));
        Check(MinIoU is > 0 and <= 1, nameof(MinIoU), MinIoU, "above 0, up to 1");
        Check(MinHits >= 1, nameof(MinHits), MinHits, "1 or more");
        Check(MaxLostFrames >= 0, nameof(MaxLostFrames), MaxLostFrames, "0 or more");
    }

    private static void Check(bool holds, string name, IFormattable value, string allowed)
    {
        if (holds) return;
        string text = value.ToString(null, CultureInfo.InvariantCulture);
        throw InputException.ForSetting($"{nameof(TrackingOptions)}.{name}", $"is {text}; allowed is {allowed}");
    }
}
