using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Coco.Evaluation;

/// <summary>The comparison of one image: what it adds to each class. Classes are known by their place in the dataset.</summary>
internal sealed class PanopticImage
{
    private const int Unlabeled = 0;

    /// <summary>The matches in the order in which panopticapi finds them, since sums of doubles depend on it.</summary>
    public List<PanopticMatch> Matches { get; } = [];

    /// <summary>Predicted segments without a match.</summary>
    public List<PanopticMiss> FalsePositives { get; } = [];

    /// <summary>True segments without a match.</summary>
    public List<PanopticMiss> FalseNegatives { get; } = [];

    /// <summary>Pixels by true and predicted class; the prediction −1 stands for none. Unlabeled pixels are skipped.</summary>
    public List<(int GroundTruth, int Prediction, int Pixels)> Pixels { get; } = [];

    /// <summary>True segments whose stated area is not the number of their pixels.</summary>
    public int WrongAreas { get; private set; }

    /// <summary>Compares an image, by the rules of panopticapi's evaluation.</summary>
    /// <param name="groundTruth">The true labels, from the first row on.</param>
    /// <param name="trueSegments">The true segments.</param>
    /// <param name="prediction">The predicted labels, of the same size.</param>
    /// <param name="predictedSegments">The predicted segments.</param>
    /// <param name="classOf">A class's place by its id; −1 for an unknown one.</param>
    /// <exception cref="InputException">Maps and segments do not belong together; the message begins with "the ground truth" or "the
    /// prediction".</exception>
    public static PanopticImage Compare(
        LabelRows groundTruth,
        IReadOnlyList<PanopticSegment> trueSegments,
        LabelRows prediction,
        IReadOnlyList<PanopticSegment> predictedSegments,
        Func<long, int> classOf)
    {
        if (groundTruth.Width != prediction.Width || groundTruth.Height != prediction.Height)
        {
            throw InputException.InContent(
                null,
                $"the prediction's PNG is {prediction.Width}x{prediction.Height}, "
                + $"but the ground truth's is {groundTruth.Width}x{groundTruth.Height}");
        }

        List<SegmentOverlap> overlaps = CountOverlaps(groundTruth, prediction);
        Dictionary<int, Side> groundTruths =
            Side.Collect("the ground truth", trueSegments, overlaps.Select(o => (o.GroundTruth, o.Pixels)), classOf);
        Dictionary<int, Side> predictions =
            Side.Collect("the prediction", predictedSegments, overlaps.Select(o => (o.Prediction, o.Pixels)), classOf);
        PanopticImage image = new();
        image.WrongAreas = groundTruths.Values.Count(side => side.Segment.Area is { } stated && stated != side.Pixels);
        image.Match(overlaps, groundTruths, predictions);
        image.CountMisses(overlaps, groundTruths, predictions);
        foreach (SegmentOverlap overlap in overlaps.Where(o => o.GroundTruth != Unlabeled))
        {
            int predicted = overlap.Prediction == Unlabeled ? -1 : predictions[overlap.Prediction].Class;
            image.Pixels.Add((groundTruths[overlap.GroundTruth].Class, predicted, overlap.Pixels));
        }

        return image;
    }

    /// <summary>Writes the comparison for <see cref="Read"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        WriteList(Matches, match =>
        {
            writer.Write(match.Class);
            writer.Write(match.IoU);
            writer.Write(match.Pixels);
        });
        foreach (List<PanopticMiss> misses in new[] { FalsePositives, FalseNegatives })
        {
            WriteList(misses, miss =>
            {
                writer.Write(miss.Class);
                writer.Write(miss.Pixels);
            });
        }

        WriteList(Pixels, pixels =>
        {
            writer.Write(pixels.GroundTruth);
            writer.Write(pixels.Prediction);
            writer.Write(pixels.Pixels);
        });
        writer.Write(WrongAreas);

        void WriteList<T>(List<T> items, Action<T> write)
        {
            writer.Write(items.Count);
            items.ForEach(write);
        }
    }

    /// <summary>Whether all classes are among the first ones of a dataset, and no number is negative.</summary>
    /// <param name="classes">How many classes the dataset has.</param>
    public bool HasOnly(int classes)
    {
        return Matches.All(match => Is(match.Class) && match.IoU is > 0 and <= 1 && match.Pixels >= 0)
            && FalsePositives.Concat(FalseNegatives).All(miss => Is(miss.Class) && miss.Pixels >= 0)
            && Pixels.All(p => Is(p.GroundTruth) && (p.Prediction == -1 || Is(p.Prediction)) && p.Pixels >= 0)
            && WrongAreas >= 0;

        bool Is(int place) => place >= 0 && place < classes;
    }

    /// <summary>Reads a comparison.</summary>
    public static PanopticImage Read(BinaryReader reader)
    {
        PanopticImage image = new();
        ReadList(image.Matches, () => new PanopticMatch(reader.ReadInt32(), reader.ReadDouble(), reader.ReadInt64()));
        ReadList(image.FalsePositives, ReadMiss);
        ReadList(image.FalseNegatives, ReadMiss);
        ReadList(image.Pixels, () => (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32()));
        image.WrongAreas = reader.ReadInt32();
        return image;

        PanopticMiss ReadMiss() => new(reader.ReadInt32(), reader.ReadInt64());

        void ReadList<T>(List<T> items, Func<T> read)
        {
            for (int count = reader.ReadInt32(); count > 0; count--)
            {
                items.Add(read());
            }
        }
    }

    private static List<SegmentOverlap> CountOverlaps(LabelRows groundTruth, LabelRows prediction)
    {
        OverlapCounter counter = new(groundTruth.Width);
        for (int y = 0; y < groundTruth.Height; y++)
        {
            if (groundTruth.Read() | prediction.Read())
            {
                counter.Add(groundTruth.Labels, prediction.Labels);
            }
            else
            {
                counter.Repeat();
            }
        }

        return counter.Pairs();
    }

    private void Match(List<SegmentOverlap> overlaps, Dictionary<int, Side> groundTruths, Dictionary<int, Side> predictions)
    {
        foreach (SegmentOverlap overlap in overlaps)
        {
            if (overlap.Prediction == Unlabeled)
            {
                continue;
            }

            Side prediction = predictions[overlap.Prediction];
            if (overlap.GroundTruth == Unlabeled)
            {
                prediction.OnUnlabeled = overlap.Pixels; // comes before the pairs that need it: 0 is the smallest label
                continue;
            }

            Side groundTruth = groundTruths[overlap.GroundTruth];
            if (groundTruth.Segment.IsCrowd || groundTruth.Class != prediction.Class)
            {
                continue;
            }

            // Unlabeled pixels neither help nor harm a prediction. Above a half, at most one match is possible.
            long union = prediction.Pixels + groundTruth.Pixels - overlap.Pixels - prediction.OnUnlabeled;
            double iou = (double)overlap.Pixels / union;
            if (iou > 0.5)
            {
                Matches.Add(new PanopticMatch(groundTruth.Class, iou, groundTruth.Pixels));
                groundTruth.IsMatched = prediction.IsMatched = true;
            }
        }
    }

    private void CountMisses(List<SegmentOverlap> overlaps, Dictionary<int, Side> groundTruths, Dictionary<int, Side> predictions)
    {
        Dictionary<int, int> crowdOfClass = [];
        foreach (Side groundTruth in groundTruths.Values.Where(side => !side.IsMatched))
        {
            if (groundTruth.Segment.IsCrowd)
            {
                crowdOfClass[groundTruth.Class] = groundTruth.Segment.Id;
            }
            else
            {
                FalseNegatives.Add(new PanopticMiss(groundTruth.Class, groundTruth.Pixels));
            }
        }

        // A prediction that lies mostly on what is unlabeled or on a crowd of its class does not count.
        foreach (SegmentOverlap overlap in overlaps)
        {
            if (overlap.Prediction != Unlabeled && overlap.GroundTruth != Unlabeled
                && predictions[overlap.Prediction] is var side
                && crowdOfClass.TryGetValue(side.Class, out int crowd) && crowd == overlap.GroundTruth)
            {
                side.OnCrowd = overlap.Pixels;
            }
        }

        FalsePositives.AddRange(predictions.Values
            .Where(side => !side.IsMatched && (double)(side.OnUnlabeled + side.OnCrowd) / side.Pixels <= 0.5)
            .Select(side => new PanopticMiss(side.Class, side.Pixels)));
    }

    /// <summary>A segment of either side.</summary>
    private sealed class Side(PanopticSegment segment, int @class)
    {
        public PanopticSegment Segment { get; } = segment;

        public int Class { get; } = @class;

        public long Pixels { get; set; }

        public long OnUnlabeled { get; set; }

        public long OnCrowd { get; set; }

        public bool IsMatched { get; set; }

        /// <summary>Counts the pixels of a side's segments; labels and segments must be the same.</summary>
        public static Dictionary<int, Side> Collect(
            string name, IReadOnlyList<PanopticSegment> segments, IEnumerable<(int Label, int Pixels)> counts, Func<long, int> classOf)
        {
            Dictionary<int, Side> sides = new(segments.Count);
            foreach (PanopticSegment segment in segments)
            {
                int @class = classOf(segment.CategoryId);
                if (@class < 0)
                {
                    throw InputException.InContent(
                        null,
                        $"{name}'s segment {segment.Id} has the category_id {segment.CategoryId}, which is not a class of the dataset");
                }

                sides.Add(segment.Id, new Side(segment, @class));
            }

            foreach ((int label, int pixels) in counts)
            {
                if (sides.TryGetValue(label, out Side? side))
                {
                    side.Pixels += pixels;
                }
                else if (label != Unlabeled)
                {
                    throw InputException.InContent(
                        null,
                        $"{name}'s PNG has the label {label} ({pixels} pixels or more), which its segments_info does not have");
                }
            }

            if (sides.Values.FirstOrDefault(side => side.Pixels == 0) is { } missing)
            {
                throw InputException.InContent(
                    null,
                    $"{name}'s segments_info has the segment {missing.Segment.Id}, but no pixel of its PNG has that label");
            }

            return sides;
        }
    }
}
