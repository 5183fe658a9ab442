using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Evaluation;

/// <summary>
/// Matches the detections of one cell with its objects for all area ranges and IoU thresholds. Holds the working memory: one is
/// used by one thread for many cells.
/// </summary>
internal sealed class CellMatcher(
    ApOptions options, ObjectColumns detections, ObjectColumns objects, ImageSize[] sizes, MatchTable table) : IDisposable
{
    // An IoU of exactly 1 can be missed by rounding: pycocotools asks for a little less.
    private const double HighestThreshold = 1 - 1e-10;

    private readonly bool _masks = options.ComparesMasks;
    private readonly double[] _thresholds = BelowOne(options.IouThresholds);
    private readonly double _lowest = Lowest(options.IouThresholds);
    private readonly int _maxDetections = options.MaxDetections[^1];
    private ScoredIndex[] _order = [];
    private ScoredIndex[] _sorting = [];

    // Pairs that reach the lowest threshold: those of detection d are _candidates[_first[d].._first[d + 1]].
    private Candidate[] _candidates = new Candidate[64];
    private int[] _first = [];
    private double _highest; // IoU of such a pair
    private readonly List<int> _contested = []; // detections with such pairs
    private bool[] _objectIgnored = [];
    private bool[] _taken = [];

    // The masks of the cell, decoded: none is kept longer than its cell.
    private readonly RunBuffer _runs = new();
    private MaskRuns[] _detectionMasks = [];
    private MaskRuns[] _objectMasks = [];

    public void Dispose() => _runs.Dispose();

    /// <summary>Matches a cell and writes its part of the table.</summary>
    /// <exception cref="InputException">A mask is malformed.</exception>
    public void Match(in Cell cell)
    {
        DecodeMasks(cell);
        int count = SortByScore(cell);
        _contested.Clear();
        if (cell.ObjectEnd > cell.ObjectStart)
        {
            FindCandidates(cell, count);
        }

        for (int area = 0; area < options.AreaRanges.Count; area++)
        {
            MatchArea(cell, count, area);
        }
    }

    /// <summary>Writes scores and ranks in order, and returns how many detections of the cell count.</summary>
    private int SortByScore(in Cell cell)
    {
        int count = cell.DetectionEnd - cell.DetectionStart;
        Reserve(ref _order, count);
        for (int i = 0; i < count; i++)
        {
            _order[i] = new ScoredIndex(detections.Scores[cell.DetectionStart + i], cell.DetectionStart + i);
        }

        MergeSort.Sort(_order, count, ref _sorting);
        for (int i = 0; i < count; i++)
        {
            table.Scores[cell.DetectionStart + i] = _order[i].Score;
            table.Ranks[cell.DetectionStart + i] = i;
            table.Detections[cell.DetectionStart + i] = _order[i].Index;
        }

        return Math.Min(count, _maxDetections);
    }

    private void FindCandidates(in Cell cell, int count)
    {
        Reserve(ref _first, count + 1);
        int found = 0;
        _highest = 0;
        for (int d = 0; d < count; d++)
        {
            _first[d] = found;
            int detection = _order[d].Index;
            for (int g = cell.ObjectStart; g < cell.ObjectEnd; g++)
            {
                double iou = options.IouType == IouType.Bbox
                    ? detections.Boxes[detection].IoU(objects.Boxes[g], objects.Crowd[g])
                    : MaskIoU(_detectionMasks[detection - cell.DetectionStart], _objectMasks[g - cell.ObjectStart], objects.Crowd[g]);
                if (iou >= _lowest)
                {
                    if (found == _candidates.Length)
                    {
                        Array.Resize(ref _candidates, 2 * found);
                    }

                    _candidates[found++] = new Candidate(g - cell.ObjectStart, iou);
                    _highest = Math.Max(_highest, iou);
                }
            }

            if (found > _first[d])
            {
                _contested.Add(d);
            }
        }

        _first[count] = found;
    }

    /// <summary>
    /// Decodes what is compared, and all run lengths of the cell too: a malformed mask is an error wherever it stands.
    /// </summary>
    private void DecodeMasks(in Cell cell)
    {
        _runs.Clear();
        int detectionCount = cell.DetectionEnd - cell.DetectionStart;
        int objectCount = cell.ObjectEnd - cell.ObjectStart;
        Reserve(ref _detectionMasks, detectionCount);
        Reserve(ref _objectMasks, objectCount);
        bool compared = _masks && detectionCount > 0 && objectCount > 0;
        for (int d = 0; d < detectionCount; d++)
        {
            int index = cell.DetectionStart + d;
            if (!_masks && !detections.AreaOfMask[index])
            {
                continue;
            }

            MaskRuns mask = _detectionMasks[d] = Decode(detections, index, compared || !detections.Boxes[index].IsFinite);
            if (detections.AreaOfMask[index])
            {
                detections.Areas[index] = mask.Area;
            }

            if (!detections.Boxes[index].IsFinite)
            {
                detections.Boxes[index] = BoxXywh.FromBox(mask.Bounds.ToBox());
            }
        }

        for (int g = 0; g < objectCount && _masks; g++)
        {
            int index = cell.ObjectStart + g;
            if (detectionCount > 0 || objects.Masks[index].IsRle)
            {
                _objectMasks[g] = Decode(objects, index, compared);
            }
        }
    }

    private MaskRuns Decode(ObjectColumns columns, int index, bool needsBounds)
    {
        int start = _runs.Length;
        StoredMask mask = columns.Masks[index];
        ImageSize size = sizes[columns.Image[index]];
        try
        {
            mask.AppendTo(_runs, size.Height, size.Width);
        }
        catch (InputException e)
        {
            (string? file, string place) = columns.Describe(columns.Source[index]);
            InputException wrong = InputException.InContent(place, $"segmentation: {e.Message}", inner: e);
            throw file is null ? wrong : wrong.InFile(file);
        }

        RunSlice runs = SliceFrom(start);
        int height = mask.IsRle ? mask.Height : size.Height;
        RunSlice boundary = default;
        if (options.IouType == IouType.Boundary && needsBounds)
        {
            _runs.AddBoundary(runs.Start, runs.Length, size.Height, size.Width, options.BoundaryRatio);
            boundary = SliceFrom(start + runs.Length);
        }

        PixelBounds bounds = needsBounds ? PixelBounds.Of(_runs.Slice(runs.Start, runs.Length), height) : default;
        return new MaskRuns(runs, boundary, bounds);
    }

    private RunSlice SliceFrom(int start)
    {
        int length = _runs.Length - start;
        return new RunSlice(start, length, _runs.AreaOf(start, length));
    }

    /// <summary>The IoU of two masks, or 0 where it cannot reach the lowest threshold.</summary>
    private double MaskIoU(in MaskRuns mask, in MaskRuns groundTruth, bool crowd)
    {
        // The masks share no more pixels than their bounds do, nor than the smaller of them has. Most pairs are settled by that.
        long shared = mask.Bounds.IntersectionArea(groundTruth.Bounds);
        shared = Math.Min(shared, Math.Min(mask.Area, groundTruth.Area));
        long atLeast = crowd ? mask.Area : mask.Area + groundTruth.Area - shared;
        if (shared == 0 || (double)shared / atLeast < _lowest)
        {
            return 0;
        }

        double iou = IoU(mask.Runs, groundTruth.Runs, crowd);
        // A crowd keeps the IoU of its mask: what lies inside it need not touch its boundary.
        return options.IouType == IouType.Boundary && !crowd ? Math.Min(iou, IoU(mask.Boundary, groundTruth.Boundary, crowd)) : iou;
    }

    private double IoU(in RunSlice a, in RunSlice b, bool crowd)
    {
        long intersection = _runs.IntersectionArea(a.Start, a.Length, b.Start, b.Length);
        long union = crowd ? a.Area : a.Area + b.Area - intersection;
        return intersection == 0 ? 0 : (double)intersection / union;
    }

    private void MatchArea(in Cell cell, int count, int area)
    {
        AreaRange range = options.AreaRanges[area];
        if (_contested.Count > 0)
        {
            int objectCount = cell.ObjectEnd - cell.ObjectStart;
            Reserve(ref _objectIgnored, objectCount);
            Reserve(ref _taken, objectCount);
            for (int g = 0; g < objectCount; g++)
            {
                _objectIgnored[g] = IsIgnored(objects, cell.ObjectStart + g, range);
            }

            for (int t = 0; t < _thresholds.Length; t++)
            {
                if (_thresholds[t] <= _highest)
                {
                    MatchThreshold(cell, area, t);
                }
            }
        }

        // What is not matched and lies outside of the range of sizes, or may be missing in the ground truth, is not a false alarm.
        ulong all = ulong.MaxValue >> (ApOptions.MaxIouThresholds - _thresholds.Length);
        for (int d = 0; d < count; d++)
        {
            double size = detections.Areas[_order[d].Index];
            if (size < range.Min || size > range.Max || detections.MayBeMissing[_order[d].Index])
            {
                int index = table.IndexOf(cell.DetectionStart + d, area);
                table.Ignored[index] |= all & ~table.Matched[index];
            }
        }
    }

    /// <summary>True when an object neither must be found nor may be missed: a crowd, or one of another size.</summary>
    public static bool IsIgnored(ObjectColumns objects, int index, AreaRange range) =>
        objects.Crowd[index] || objects.Areas[index] < range.Min || objects.Areas[index] > range.Max;

    /// <summary>Greedy: by descending score, each detection takes the object it overlaps most among those that are left.</summary>
    private void MatchThreshold(in Cell cell, int area, int threshold)
    {
        Array.Clear(_taken, 0, cell.ObjectEnd - cell.ObjectStart);
        ulong bit = 1UL << threshold;
        foreach (int d in _contested)
        {
            int best = Best(_first[d], _first[d + 1], _thresholds[threshold], cell.ObjectStart);
            if (best >= 0)
            {
                _taken[best] = true;
                int index = table.IndexOf(cell.DetectionStart + d, area);
                table.Matched[index] |= objects.IdIsZero[cell.ObjectStart + best] ? 0 : bit;
                table.Ignored[index] |= _objectIgnored[best] ? bit : 0;
                if (area == 0 && threshold == 0)
                {
                    table.Objects[cell.DetectionStart + d] = cell.ObjectStart + best;
                }
            }
        }
    }

    // An object that counts is preferred to any that is ignored; among equals the last wins.
    private int Best(int from, int to, double atLeast, int objectStart)
    {
        (int best, double overlap) = (-1, atLeast);
        (int bestIgnored, double overlapIgnored) = (-1, atLeast);
        for (int i = from; i < to; i++)
        {
            ref readonly Candidate candidate = ref _candidates[i];
            if (_taken[candidate.Object] && !objects.Crowd[objectStart + candidate.Object])
            {
                continue;
            }

            if (!_objectIgnored[candidate.Object])
            {
                (best, overlap) = candidate.Iou >= overlap ? (candidate.Object, candidate.Iou) : (best, overlap);
            }
            else if (candidate.Iou >= overlapIgnored)
            {
                (bestIgnored, overlapIgnored) = (candidate.Object, candidate.Iou);
            }
        }

        return best >= 0 ? best : bestIgnored;
    }

    private static double[] BelowOne(IReadOnlyList<double> thresholds)
    {
        double[] below = new double[thresholds.Count];
        for (int t = 0; t < below.Length; t++)
        {
            below[t] = Math.Min(thresholds[t], HighestThreshold);
        }

        return below;
    }

    private static double Lowest(IReadOnlyList<double> thresholds)
    {
        double lowest = HighestThreshold;
        foreach (double threshold in thresholds)
        {
            lowest = Math.Min(lowest, threshold);
        }

        return lowest;
    }

    private static void Reserve<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = new T[Math.Max(length, 2 * array.Length)];
        }
    }

    private readonly record struct Candidate(int Object, double Iou);

    /// <summary>Run lengths in the buffer, and their foreground.</summary>
    private readonly record struct RunSlice(int Start, int Length, long Area);

    /// <summary>A decoded mask, and its boundary where that is compared too.</summary>
    private readonly record struct MaskRuns(RunSlice Runs, RunSlice Boundary, PixelBounds Bounds)
    {
        public long Area => Runs.Area;
    }
}
