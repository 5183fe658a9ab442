using System.Diagnostics;
using Panoptes.Coco;
using Panoptes.Masks;

namespace Panoptes.Evaluation;

/// <summary>
/// COCO's average precision and recall, equal to pycocotools 2.0.11 in every number. Ground truth is prepared once and can be
/// compared with detections again and again, while a model trains.
/// </summary>
/// <remarks>
/// In each picture and class, detections by descending score each take the object they overlap most, if the IoU reaches the threshold
/// and nobody took it before. Crowds may be taken again and again, at an IoU measured by the detection's own area; detections on
/// a crowd, and objects and unmatched detections of another size than asked for, neither help nor harm. Precision over recall is
/// made monotone, sampled at 101 recalls, and averaged over thresholds and classes. An object with the id 0 can be taken but not found,
/// as pycocotools has it (cocoapi#664); a warning says so.
/// </remarks>
public sealed class AveragePrecision
{
    private readonly InstanceDataset _truth;
    private readonly ApOptions _options;
    private readonly int[] _imageRank; // by place in the data set: index among the pictures that count, by ascending id; or -1
    private readonly int[] _categoryRank;
    private readonly int _images;
    private readonly CocoCategory[] _categories;
    private readonly ObjectColumns _objects;

    /// <summary>Prepares ground truth.</summary>
    /// <param name="truth">The data set; loaded with masks if masks are to be compared.</param>
    /// <param name="options">How to measure; null for COCO's defaults.</param>
    /// <exception cref="InputException">An option makes no sense, names an unknown picture or class, or objects lack masks.</exception>
    public AveragePrecision(InstanceDataset truth, ApOptions? options = null)
    {
        _truth = truth;
        _options = options ?? new ApOptions();
        _options.Validate();
        (_imageRank, _images) = RankImages(truth, _options.ImageIds);
        (_categoryRank, _categories) = RankCategories(truth, _options.CategoryIds);
        _objects = PrepareObjects();
    }

    private int ClassCount => _options.UseCategories ? _categories.Length : 1;

    /// <summary>Compares two files, from reading to the figures.</summary>
    /// <param name="truthPath">An instance JSON.</param>
    /// <param name="detectionsPath">A results JSON.</param>
    /// <param name="options">How to measure; null for COCO's defaults.</param>
    /// <exception cref="InputException">A file is missing or malformed, or the two do not belong together.</exception>
    public static ApResult Score(string truthPath, string detectionsPath, ApOptions? options = null)
    {
        options ??= new ApOptions();
        bool masks = options.IouType == IouType.Segm;
        long start = Stopwatch.GetTimestamp();
        InstanceDataset truth = InstanceDataset.Load(truthPath, new InstanceDatasetOptions { Masks = masks });
        bool needsMasks = masks || options.DetectionArea == DetectionArea.Mask;
        List<CocoDetection> detections = ResultFile.Load(detectionsPath, needsMasks ? ResultMasks.All : ResultMasks.WhereNoBox);
        double load = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        AveragePrecision evaluator = new(truth, options);
        double prepare = Stopwatch.GetElapsedTime(start).TotalSeconds;
        try
        {
            return evaluator.Evaluate(detections, new ApSeconds(load, prepare, 0));
        }
        catch (InputException e)
        {
            throw new InputException($"{detectionsPath}: {e.Message}", e);
        }
    }

    /// <summary>Compares detections with the ground truth.</summary>
    /// <param name="detections">The detections, in any order; among equal scores the earlier one comes first.</param>
    /// <exception cref="InputException">A detection names an unknown picture, lacks the mask to compare, has a mask of another
    /// size than its picture, or a score that is not a number.</exception>
    public ApResult Evaluate(IReadOnlyList<CocoDetection> detections) => Evaluate(detections, new ApSeconds(0, 0, 0));

    private ApResult Evaluate(IReadOnlyList<CocoDetection> detections, ApSeconds before)
    {
        long start = Stopwatch.GetTimestamp();
        List<string> warnings = [.. _truth.DescribeWarnings()];
        ObjectColumns columns = PrepareDetections(detections, warnings);
        List<Cell> cells = Cell.Find(columns, _objects);
        MatchTable table = new(columns.Count, _options.AreaRanges.Count);
        Parallel.For(
            0,
            cells.Count,
            () => new CellMatcher(_options, columns, _objects, table),
            (i, _, matcher) =>
            {
                matcher.Match(cells[i]);
                return matcher;
            },
            _ => { });
        double match = Stopwatch.GetElapsedTime(start).TotalSeconds;

        start = Stopwatch.GetTimestamp();
        PrecisionRecall curves = new(_options, ClassCount);
        Range[] ofDetections = RangesByCategory(columns);
        Range[] ofObjects = RangesByCategory(_objects);
        Parallel.For(0, ClassCount, k => curves.Accumulate(k, ofDetections[k], ofObjects[k], _objects, table));
        ApClass[] classes = new ApClass[ClassCount];
        for (int k = 0; k < classes.Length; k++)
        {
            classes[k] = DescribeClass(k, curves, ofDetections[k], ofObjects[k], table);
        }

        if (_objects.IdIsZero.Contains(true))
        {
            warnings.Add("an annotation has the id 0, whose match counts as none, as in pycocotools; ids should begin at 1");
        }

        double accumulate = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new ApResult(_options, classes, curves, warnings, new ApSeconds(before.Load, before.Match + match, accumulate));
    }

    private static (int[] Rank, int Count) RankImages(InstanceDataset truth, IReadOnlyCollection<long>? wanted)
    {
        int[] rank = new int[truth.Images.Count];
        Array.Fill(rank, -1);
        IEnumerable<long> ids = wanted?.Distinct() ?? truth.Images.Select(image => image.Id);
        int count = 0;
        foreach (long id in ids.Order())
        {
            int index = truth.IndexOfImage(id);
            if (index < 0)
            {
                throw new InputException($"{nameof(ApOptions.ImageIds)} has {id}, which is no picture of the data set.");
            }

            rank[index] = count++;
        }

        return (rank, count);
    }

    private static (int[] Rank, CocoCategory[] Categories) RankCategories(InstanceDataset truth, IReadOnlyCollection<int>? wanted)
    {
        int[] rank = new int[truth.Categories.Count];
        Array.Fill(rank, -1);
        List<CocoCategory> categories = [];
        foreach (int id in (wanted?.Distinct() ?? truth.Categories.Select(category => category.Id)).Order())
        {
            int index = truth.IndexOfCategory(id);
            if (index < 0)
            {
                throw new InputException($"{nameof(ApOptions.CategoryIds)} has {id}, which is no class of the data set.");
            }

            rank[index] = categories.Count;
            categories.Add(truth.Categories[index]);
        }

        return (rank, [.. categories]);
    }

    private ObjectColumns PrepareObjects()
    {
        IReadOnlyList<CocoAnnotation> annotations = _truth.Annotations;
        int[] categories = new int[annotations.Count];
        int[] images = new int[annotations.Count];
        for (int i = 0; i < categories.Length; i++)
        {
            categories[i] = _categoryRank[_truth.IndexOfCategory(annotations[i].CategoryId)];
            images[i] = _imageRank[_truth.IndexOfImage(annotations[i].ImageId)];
        }

        ObjectColumns columns = ObjectColumns.Order(categories, images, _categories.Length, _images, _options.UseCategories);
        columns.Crowd = new bool[columns.Count];
        columns.IdIsZero = new bool[columns.Count];
        for (int i = 0; i < columns.Count; i++)
        {
            CocoAnnotation annotation = annotations[columns.Source[i]];
            columns.Boxes[i] = annotation.Bbox;
            columns.Areas[i] = annotation.Area;
            columns.Crowd[i] = annotation.IsCrowd;
            columns.IdIsZero[i] = annotation.Id == 0;
            if (_options.IouType == IouType.Segm && annotation.Segmentation is null)
            {
                throw new InputException($"annotation {annotation.Id} has no segmentation, but masks are to be compared.");
            }
        }

        if (_options.IouType == IouType.Segm)
        {
            columns.Masks = new Rle[columns.Count];
            columns.Bounds = new PixelBounds[columns.Count];
            Parallel.For(0, columns.Count, i =>
            {
                CocoAnnotation annotation = annotations[columns.Source[i]];
                CocoImage image = _truth.Images[_truth.IndexOfImage(annotation.ImageId)];
                Rle mask = annotation.ToRle(image.Height, image.Width);
                columns.Masks[i] = mask;
                columns.Bounds[i] = PixelBounds.Of(mask.Counts, mask.Height);
            });
        }

        return columns;
    }

    private ObjectColumns PrepareDetections(IReadOnlyList<CocoDetection> detections, List<string> warnings)
    {
        int[] categories = new int[detections.Count];
        int[] images = new int[detections.Count];
        SortedSet<int> unknown = [];
        int unknownCount = 0;
        for (int i = 0; i < categories.Length; i++)
        {
            CocoDetection detection = detections[i];
            int image = _truth.IndexOfImage(detection.ImageId);
            if (image < 0)
            {
                throw new InputException($"detection [{i}]: image_id is {detection.ImageId}, which is no picture of the data set.");
            }

            if (!double.IsFinite(detection.Score))
            {
                throw new InputException($"detection [{i}]: score is {detection.Score}; it must be a finite number.");
            }

            int category = _truth.IndexOfCategory(detection.CategoryId);
            images[i] = _imageRank[image];
            categories[i] = category < 0 ? -1 : _categoryRank[category];
            if (category < 0)
            {
                unknown.Add(detection.CategoryId);
                unknownCount++;
            }
            else if (categories[i] >= 0 && images[i] >= 0)
            {
                Check(detection, i, _truth.Images[image]);
            }
        }

        if (unknownCount > 0)
        {
            warnings.Add(
                $"{unknownCount} detections ignored whose category_id is no class of the data set ({string.Join(", ", unknown.Take(10))})");
        }

        ObjectColumns columns = ObjectColumns.Order(categories, images, _categories.Length, _images, _options.UseCategories);
        columns.Scores = new double[columns.Count];
        bool masks = _options.IouType == IouType.Segm;
        columns.Masks = masks ? new Rle[columns.Count] : null;
        columns.Bounds = masks ? new PixelBounds[columns.Count] : null;
        for (int i = 0; i < columns.Count; i++)
        {
            CocoDetection detection = detections[columns.Source[i]];
            columns.Scores[i] = detection.Score;
            columns.Boxes[i] = detection.Bbox ?? BoxXywh.FromBox(detection.Mask!.Bounds);
            bool areaOfMask = detection.Bbox is null || (_options.DetectionArea == DetectionArea.Mask && detection.Mask is not null);
            columns.Areas[i] = areaOfMask ? detection.Mask!.Area : detection.Bbox!.Value.Area;
            if (masks)
            {
                columns.Masks![i] = detection.Mask!;
                columns.Bounds![i] = PixelBounds.Of(detection.Mask!.Counts, detection.Mask.Height);
            }
        }

        return columns;
    }

    private void Check(CocoDetection detection, int index, CocoImage image)
    {
        if (detection.Mask is not { } mask)
        {
            if (_options.IouType == IouType.Segm)
            {
                throw new InputException($"detection [{index}] has no segmentation, but masks are to be compared.");
            }

            if (detection.Bbox is null)
            {
                throw new InputException($"detection [{index}] has neither bbox nor segmentation.");
            }

            return;
        }

        if (_options.IouType == IouType.Segm && (mask.Height != image.Height || mask.Width != image.Width))
        {
            throw new InputException(
                $"detection [{index}]: segmentation.size is [{mask.Height}, {mask.Width}], but picture {image.Id} is " +
                $"[{image.Height}, {image.Width}] (rows, columns).");
        }
    }

    private Range[] RangesByCategory(ObjectColumns columns)
    {
        Range[] ranges = new Range[ClassCount];
        int start = 0;
        for (int k = 0; k < ranges.Length; k++)
        {
            int end = start;
            while (end < columns.Count && columns.Category[end] == k)
            {
                end++;
            }

            ranges[k] = start..end;
            start = end;
        }

        return ranges;
    }

    private ApClass DescribeClass(int k, PrecisionRecall curves, Range detections, Range objects, MatchTable table)
    {
        int last = _options.MaxDetections.Count - 1;
        return new ApClass(
            _options.UseCategories ? _categories[k].Id : -1,
            _options.UseCategories ? _categories[k].Name : "all",
            curves.MeanPrecision(null, k, 0, last),
            curves.MeanPrecision(0.5, k, 0, last),
            curves.MeanPrecision(0.75, k, 0, last),
            curves.MeanRecall(k, 0, last),
            PrecisionRecall.CountObjects(_objects, objects, _options.AreaRanges[0]),
            CountRanks(table.Ranks.AsSpan(detections), _options.MaxDetections[last]));
    }

    private static int CountRanks(ReadOnlySpan<int> ranks, int limit)
    {
        int count = 0;
        foreach (int rank in ranks)
        {
            count += rank < limit ? 1 : 0;
        }

        return count;
    }
}
