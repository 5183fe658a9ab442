using Panoptes.Coco.Files;

namespace Panoptes.Coco.Formats.Panoptic;

/// <summary>
/// The numbers of panopticapi's two-channel PNGs: red is the class, 0 for none; green tells the instances of a class apart. In
/// panopticapi's own sample the instances of each class count from 0 in the order of segments_info, a crowd region has 255, and stuff 0:
/// that is the rule here.
/// </summary>
internal static class TwoChannel
{
    /// <summary>The instance of crowd regions.</summary>
    public const int Crowd = 255;

    /// <summary>The largest class.</summary>
    public const int LargestClass = 255;

    /// <summary>
    /// The label of both channels, as a color PNG gives it; it serves as the segment's id, so that a PNG and its panoptic copy are the
    /// same.
    /// </summary>
    public static int Label(int category, int instance) => category | (instance << 8);

    /// <summary>Takes a label apart.</summary>
    public static (int Category, int Instance) Split(int label) => (label & 0xFF, label >> 8);

    /// <summary>
    /// The labels of an image's segments, in their order; of segments that two channels cannot tell apart it is the same.
    /// </summary>
    public static int[] LabelsOf(IReadOnlyList<PanopticSegment> segments)
    {
        // Segments that came from two channels go back to the very same ones.
        if (segments.All(s => Split(s.Id) is var (category, instance) && category == s.CategoryId && instance <= Crowd && s.IsCrowd == (
            instance == Crowd)))
        {
            return [.. segments.Select(s => s.Id)];
        }

        Dictionary<long, int> next = [];
        return [.. segments.Select(s => Label((int)s.CategoryId, s.IsCrowd ? Crowd : Next(s.CategoryId)))];

        // What goes beyond the last number shares it.
        int Next(long category) => Math.Min(next[category] = next.GetValueOrDefault(category, -1) + 1, Crowd - 1);
    }
}
