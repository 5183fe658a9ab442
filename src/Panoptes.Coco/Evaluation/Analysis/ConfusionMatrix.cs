namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>
/// Which classes are taken for which: objects, or pixels of a panoptic result. Of objects: in each image, detections by descending score
/// each take a free object whose IoU reaches the first threshold: one of their class if there is one, otherwise any; of several the one
/// with the largest IoU.
/// </summary>
internal sealed class ConfusionMatrix
{
    private readonly long[] _counts;
    private readonly int _size;

    internal ConfusionMatrix(IReadOnlyList<string> classes, double? minScore)
    {
        Classes = classes;
        MinScore = minScore;
        _size = classes.Count + 1;
        _counts = new long[_size * _size];
    }

    /// <summary>
    /// The names of the classes. Their number stands for nothing: the row of false alarms, and the column of missed objects.
    /// </summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The score from which detections are part of it; null where pixels are counted.</summary>
    public double? MinScore { get; }

    /// <summary>Counts by the class of the object (row) and of the detection (column); see <see cref="Classes"/> for nothing.</summary>
    public long this[int groundTruth, int prediction] => _counts[(groundTruth * _size) + prediction];

    /// <summary>The pairs of two different classes, the most frequent first.</summary>
    public IReadOnlyList<(int GroundTruth, int Prediction, long Count)> Confusions()
    {
        List<(int GroundTruth, int Prediction, long Count)> pairs = [];
        for (int t = 0; t < Classes.Count; t++)
        {
            for (int p = 0; p < Classes.Count; p++)
            {
                if (p != t && this[t, p] > 0)
                {
                    pairs.Add((t, p, this[t, p]));
                }
            }
        }

        return [.. pairs.OrderByDescending(pair => pair.Count)];
    }

    /// <summary>Counts an image. Several images can be counted at once.</summary>
    internal void Add(Matching matching, ImageOverlaps overlaps)
    {
        double foreground = matching.Options.IouThresholds[0];
        bool[] taken = new bool[overlaps.Objects.Length];
        for (int d = 0; d < overlaps.Detections.Length; d++)
        {
            int place = overlaps.Detections[d];
            if (matching.Table.Scores[place] < MinScore)
            {
                break; // they come by descending score
            }

            int @class = matching.Detections.Category[place];
            int best = -1;
            bool onCrowd = false;
            for (int o = 0; o < taken.Length; o++)
            {
                if (overlaps[d, o] < foreground)
                {
                    continue;
                }

                if (!matching.MustBeFound(overlaps.Objects[o]))
                {
                    onCrowd = true;
                }
                else if (!taken[o] && (best < 0 || IsBetter(o, best)))
                {
                    best = o;
                }
            }

            if (best >= 0)
            {
                taken[best] = true;
                Count(ClassOf(best), @class);
            }
            else if (!onCrowd && !matching.IsIgnored(place))
            {
                Count(Classes.Count, @class);
            }

            int ClassOf(int o) => matching.Objects.Category[overlaps.Objects[o]];

            bool IsBetter(int o, int than) =>
                (ClassOf(o) == @class, overlaps[d, o]).CompareTo((ClassOf(than) == @class, overlaps[d, than])) > 0;
        }

        for (int o = 0; o < taken.Length; o++)
        {
            if (!taken[o] && matching.MustBeFound(overlaps.Objects[o]))
            {
                Count(matching.Objects.Category[overlaps.Objects[o]], Classes.Count);
            }
        }
    }

    /// <summary>Counts the pixels of an image that are labeled.</summary>
    internal void Add(PanopticImage image)
    {
        foreach ((int groundTruth, int prediction, int pixels) in image.Pixels)
        {
            Count(groundTruth, prediction < 0 ? Classes.Count : prediction, pixels);
        }
    }

    private void Count(int groundTruth, int prediction, int amount = 1) =>
        Interlocked.Add(ref _counts[(groundTruth * _size) + prediction], amount);
}
