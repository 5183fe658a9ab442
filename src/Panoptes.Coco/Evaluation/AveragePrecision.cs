using System.Diagnostics;
using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Evaluation;

/// <summary>
/// COCO's average precision and recall, equal to pycocotools 2.0.11 in every number. Ground truth is prepared once and can be
/// compared with detections again and again, while a model trains.
/// </summary>
/// <remarks>
/// In each image and class, detections by descending score each take the object they overlap most, if the IoU reaches the threshold
/// and it is not taken yet. Crowds may be taken again and again, at an IoU measured by the detection's own area; detections on
/// a crowd, and objects and unmatched detections of another size than asked for, neither help nor harm. Precision over recall is
/// made monotone, sampled at 101 recalls, and averaged over thresholds and classes. An object with the id 0 can be taken but not found,
/// as pycocotools has it (cocoapi#664); a warning says so.
/// </remarks>
public sealed class AveragePrecision
{
    private const int UnknownClass = -2;

    private readonly InstanceTable _groundTruth;
    private readonly string? _groundTruthPath;
    private readonly ApOptions _options;
    private readonly int[] _imageRank; // by place in the dataset: index among the images that count, by ascending id; or -1
    private readonly int[] _categoryRank;
    private readonly ImageSize[] _sizes; // of the images that count, by rank
    private readonly CocoCategory[] _categories;
    private readonly ObjectColumns _objects;
    private readonly FederatedRules? _federated;

    /// <summary>Prepares ground truth.</summary>
    /// <param name="groundTruth">The dataset; loaded with masks if masks are to be compared.</param>
    /// <param name="options">How to measure; null for COCO's defaults.</param>
    /// <exception cref="InputException">An option makes no sense, names an unknown image or class, or objects have no masks.</exception>
    public AveragePrecision(InstanceDataset groundTruth, ApOptions? options = null)
        : this(InstanceTable.Of(groundTruth ?? throw new ArgumentNullException(nameof(groundTruth))), null, options)
    {
    }

    private AveragePrecision(InstanceTable groundTruth, string? groundTruthPath, ApOptions? options)
    {
        _groundTruth = groundTruth;
        _groundTruthPath = groundTruthPath;
        _options = options ?? new ApOptions();
        _options.Validate();
        (_imageRank, _sizes) = RankImages(groundTruth.Index, _options.ImageIds);
        (_categoryRank, _categories) = RankCategories(groundTruth.Index, _options.CategoryIds);
        _objects = PrepareObjects();
        _federated = _options.Federated ? Federate(groundTruth) : null;
    }

    // Stands for a box that is taken from the mask once that is decoded.
    private static BoxXywh NoBox { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN);

    private int ClassCount => _options.UseCategories ? _categories.Length : 1;

    /// <summary>Compares two files, from reading to the figures.</summary>
    /// <param name="groundTruthPath">An instance JSON.</param>
    /// <param name="detectionsPath">A results JSON.</param>
    /// <param name="options">How to measure; null for COCO's defaults.</param>
    /// <param name="limits">How large images may be that the ground truth declares; null for the defaults.</param>
    /// <exception cref="InputException">A file is missing or malformed, or the two do not belong together.</exception>
    public static ApResult Score(string groundTruthPath, string detectionsPath, ApOptions? options = null, InputLimits? limits = null) =>
        Match(groundTruthPath, detectionsPath, options, limits, CancellationToken.None).Result;

    /// <summary>Compares two files, and returns next to the figures what they came from.</summary>
    /// <param name="groundTruthPath">An instance JSON.</param>
    /// <param name="detectionsPath">A results JSON.</param>
    /// <param name="options">How to measure; null for COCO's defaults.</param>
    /// <param name="limits">How large images may be that the ground truth declares; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">A file is missing or malformed, or the two do not belong together.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static (ApResult Result, Matching Matching) Match(
        string groundTruthPath, string detectionsPath, ApOptions? options, InputLimits? limits, CancellationToken cancellationToken)
    {
        options ??= new ApOptions();
        bool masks = options.ComparesMasks;
        long start = Stopwatch.GetTimestamp();
        bool needsMasks = masks || options.DetectionArea == DetectionArea.Mask;
        AveragePrecision evaluator = null!;
        DetectionTable detections = null!;
        Action[] loading =
        [
            () => evaluator = new AveragePrecision(
                InstanceTable.Load(groundTruthPath, masks, limits: limits, cancellationToken: cancellationToken), groundTruthPath, options),
            () => detections = ResultReader.Read(detectionsPath, needsMasks ? ResultMasks.All : ResultMasks.WhereNoBox, cancellationToken),
        ];
        ParallelInput.For(loading.Length, i => loading[i](), (_, message) => message, cancellationToken);
        double load = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return evaluator.Match(detections, detectionsPath, load, cancellationToken);
    }

    /// <summary>Compares detections with the ground truth.</summary>
    /// <param name="detections">The detections, in any order; among equal scores the earlier one comes first.</param>
    /// <exception cref="InputException">A detection names an unknown image, is missing the mask to compare, has a mask of another
    /// size than its image, or a score that is not a number.</exception>
    public ApResult Evaluate(IReadOnlyList<CocoDetection> detections) => Match(detections).Result;

    /// <summary>Compares detections with the ground truth, and returns next to the figures what they came from.</summary>
    /// <inheritdoc cref="Evaluate"/>
    public (ApResult Result, Matching Matching) Match(IReadOnlyList<CocoDetection> detections)
    {
        ArgumentNullException.ThrowIfNull(detections);
        return Match(DetectionTable.Of(detections), null, load: 0, CancellationToken.None);
    }

    private (ApResult Result, Matching Matching) Match(
        DetectionTable detections, string? path, double load, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        List<string> warnings = [.. DatasetWarning.Summarize(_groundTruth.Warnings)];
        ObjectColumns columns = PrepareDetections(detections, path, warnings);
        RowList<Cell> cells = Cell.Find(columns, _objects);
        MatchTable table = new(columns.Count, _options.AreaRanges.Count);
        ParallelInput.For(
            cells.Count,
            () => new CellMatcher(_options, columns, _objects, _sizes, table),
            (i, matcher) => matcher.Match(cells[i]),
            (_, message) => message,
            cancellationToken);
        double match = Stopwatch.GetElapsedTime(start).TotalSeconds;

        start = Stopwatch.GetTimestamp();
        PrecisionRecall curves = new(_options, ClassCount);
        Range[] ofDetections = RangesByCategory(columns);
        Range[] ofObjects = RangesByCategory(_objects);
        ApClass[] classes = new ApClass[ClassCount];
        ParallelInput.For(
            ClassCount,
            k =>
            {
                curves.Accumulate(k, ofDetections[k], ofObjects[k], _objects, table);
                classes[k] = DescribeClass(k, curves, ofDetections[k], ofObjects[k], table);
            },
            (_, message) => message,
            cancellationToken);

        if (_objects.IdIsZero.Contains(true))
        {
            warnings.Add("an annotation has the id 0, whose match counts as none, as in pycocotools; ids should begin at 1");
        }

        DetectionWarnings.AddUncounted(columns.Count, classes, _options, warnings);
        double accumulate = Stopwatch.GetElapsedTime(start).TotalSeconds;
        ApResult result = new(_options, classes, _categories, curves, warnings, new ApSeconds(load, match, accumulate));
        return (result, new Matching(_options, _categories, CountedImages(), _groundTruth.Rows, columns, _objects, table));
    }

    private static (int[] Rank, ImageSize[] Sizes) RankImages(CocoIndex groundTruth, IReadOnlyCollection<long>? wanted)
    {
        int[] rank = NoIndices.Create(groundTruth.Images.Count);
        ImageOrder[] order = wanted is null
            ? AllImages(groundTruth)
            : [.. wanted.Distinct().Select(id => new ImageOrder(id, groundTruth.IndexOfImage(id)))];
        ImageOrder[] memory = [];
        MergeSort.Sort(order, order.Length, ref memory);
        ImageSize[] sizes = new ImageSize[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            (long id, int index) = order[i];
            if (index < 0)
            {
                throw InputException.ForSetting(null, $"{nameof(ApOptions.ImageIds)} has {id}, which is not an image of the dataset.");
            }

            rank[index] = i;
            sizes[i] = new ImageSize(groundTruth.Images[index].Width, groundTruth.Images[index].Height);
        }

        return (rank, sizes);
    }

    private static ImageOrder[] AllImages(CocoIndex groundTruth)
    {
        ImageOrder[] images = new ImageOrder[groundTruth.Images.Count];
        bool texts = false;
        for (int i = 0; i < images.Length; i++)
        {
            images[i] = new ImageOrder(groundTruth.Images[i].Id, i);
            texts |= groundTruth.Images[i].IdText is not null;
        }

        return texts ? ByText(groundTruth) : images;
    }

    // Python sorts ids that are texts as texts; among equal scores the order of images counts.
    private static ImageOrder[] ByText(CocoIndex groundTruth)
    {
        int[] order = [.. Enumerable.Range(0, groundTruth.Images.Count)];
        Array.Sort(order, (a, b) => string.CompareOrdinal(groundTruth.Images[a].IdAsWritten, groundTruth.Images[b].IdAsWritten));
        return [.. order.Select((index, place) => new ImageOrder(place, index))];
    }

    private static (int[] Rank, CocoCategory[] Categories) RankCategories(CocoIndex groundTruth, IReadOnlyCollection<long>? wanted)
    {
        int[] rank = NoIndices.Create(groundTruth.Categories.Count);
        List<CocoCategory> categories = [];
        foreach (long id in wanted is null ? AllCategories(groundTruth) : [.. wanted.Distinct().Order()])
        {
            int index = groundTruth.IndexOfCategory(id);
            if (index < 0)
            {
                throw InputException.ForSetting(null, $"{nameof(ApOptions.CategoryIds)} has {id}, which is not a class of the dataset.");
            }

            rank[index] = categories.Count;
            categories.Add(groundTruth.Categories[index]);
        }

        return (rank, [.. categories]);
    }

    private static long[] AllCategories(CocoIndex groundTruth)
    {
        long[] ids = new long[groundTruth.Categories.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = groundTruth.Categories[i].Id;
        }

        return ids;
    }

    private FederatedRules Federate(InstanceTable groundTruth)
    {
        try
        {
            return new FederatedRules(groundTruth);
        }
        catch (InputException e)
        {
            throw In(_groundTruthPath, e.WithMessage($"{e.Message}."));
        }
    }

    private static InputException In(string? path, InputException problem) => path is null ? problem : problem.InFile(path);

    private ObjectColumns PrepareObjects()
    {
        InstanceRow[] rows = _groundTruth.Rows;
        int[] categories = new int[rows.Length];
        int[] images = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            categories[i] = _categoryRank[rows[i].Category];
            images[i] = _imageRank[rows[i].Image];
        }

        ObjectColumns columns = ObjectColumns.Order(categories, images, _categories.Length, _sizes.Length, _options.UseCategories);
        columns.Describe = source => (_groundTruthPath, $"annotation {rows[source].Id}");
        columns.Crowd = new bool[columns.Count];
        columns.IdIsZero = new bool[columns.Count];
        columns.Masks = new StoredMask[columns.Count];
        for (int i = 0; i < columns.Count; i++)
        {
            ref readonly InstanceRow row = ref rows[columns.Source[i]];
            columns.Boxes[i] = row.Bbox;
            columns.Areas[i] = row.Area;
            columns.Masks[i] = row.Mask;
            columns.Crowd[i] = row.IsCrowd && !_options.Federated; // LVIS knows no crowds
            columns.IdIsZero[i] = row.Id == 0;
            if (_options.ComparesMasks && !row.Mask.Exists)
            {
                throw In(
                    _groundTruthPath,
                    InputException.InContent(null, $"annotation {row.Id} has no segmentation, but masks are to be compared."));
            }
        }

        return columns;
    }

    private ObjectColumns PrepareDetections(DetectionTable detections, string? path, List<string> warnings)
    {
        int[] categories = new int[detections.Count];
        int[] images = new int[detections.Count];
        bool[]? best = _federated is null ? null : FederatedRules.Best(detections, _options.MaxDetections[^1]);
        ParallelInput.For(
            detections.Blocks.Length,
            b =>
            {
                DetectionBlock block = detections.Blocks[b];
                for (int row = 0; row < block.Rows.Length; row++)
                {
                    int i = block.Start + row;
                    (images[i], categories[i]) = Rank(detections, block.Rows[row], block.MaskOf(row), best?[i] ?? true, path, i);
                }
            },
            (_, message) => message);
        DetectionWarnings.AddUnknownClasses(detections, categories, UnknownClass, warnings);
        DetectionWarnings.AddNamedImages(detections, _groundTruth.Index, warnings);

        ObjectColumns columns = ObjectColumns.Order(categories, images, _categories.Length, _sizes.Length, _options.UseCategories);
        columns.Describe = source => (path, $"detection [{source}]");
        columns.Scores = new double[columns.Count];
        columns.AreaOfMask = new bool[columns.Count];
        columns.MayBeMissing = new bool[columns.Count];
        columns.Masks = detections.HasMasks ? new StoredMask[columns.Count] : [];
        bool areaOfMask = _options.DetectionArea == DetectionArea.Mask;
        ParallelInput.ForRanges(columns.Count, (from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                ref readonly DetectionRow detection = ref detections[columns.Source[i]];
                columns.Scores[i] = detection.Score;
                columns.Boxes[i] = detection.Bbox ?? NoBox;
                columns.Areas[i] = columns.Boxes[i].Area;
                columns.MayBeMissing[i] = _federated?.MayHaveMore(
                    _groundTruth.Index.IndexOfPredicted(detection.ImageId),
                    _groundTruth.Index.IndexOfCategory(detection.CategoryId)) ?? false;
                columns.AreaOfMask[i] = detection.Bbox is null;
                if (detections.HasMasks)
                {
                    columns.Masks[i] = detections.MaskOf(columns.Source[i]);
                    columns.AreaOfMask[i] |= areaOfMask && columns.Masks[i].Exists;
                }
            }
        });
        return columns;
    }

    /// <summary>A detection's image and class among those that count; negative where it does not count, <see cref="UnknownClass"/>
    /// where there is no such class.</summary>
    /// <exception cref="InputException">It does not fit the dataset.</exception>
    private (int Image, int Category) Rank(
        DetectionTable detections, in DetectionRow detection, in StoredMask mask, bool isBest, string? path, int index)
    {
        int image = _groundTruth.Index.IndexOfPredicted(detection.ImageId);
        if (image < 0)
        {
            throw Wrong(
                $"image_id is {detections.Describe(detection.ImageId)}, which is not an image of the dataset, nor the "
                + "name of one image's file.");
        }

        if (!double.IsFinite(detection.Score))
        {
            throw Wrong($"score is {detection.Score}; it must be a finite number.");
        }

        int category = _groundTruth.Index.IndexOfCategory(detection.CategoryId);
        if (category < 0)
        {
            return (_imageRank[image], UnknownClass);
        }

        bool counts = _imageRank[image] >= 0 && _categoryRank[category] >= 0;
        if (counts && Complaint(detection, mask, _groundTruth.Index.Images[image]) is { } complaint)
        {
            throw Wrong($"{complaint}.");
        }

        bool known = _federated is null || (isBest && _federated.IsKnown(image, category));
        return (_imageRank[image], known ? _categoryRank[category] : -1);

        InputException Wrong(string problem) => In(path, InputException.InContent($"detection [{index}]", problem));
    }

    private CocoImage[] CountedImages()
    {
        CocoImage[] images = new CocoImage[_sizes.Length];
        for (int i = 0; i < _imageRank.Length; i++)
        {
            if (_imageRank[i] >= 0)
            {
                images[_imageRank[i]] = _groundTruth.Index.Images[i];
            }
        }

        return images;
    }

    private string? Complaint(in DetectionRow detection, in StoredMask mask, CocoImage image)
    {
        bool segm = _options.ComparesMasks;
        if (!mask.Exists)
        {
            return segm ? "has no segmentation, but masks are to be compared"
                : detection.Bbox is null ? "has neither bbox nor segmentation" : null;
        }

        return segm && (mask.Height != image.Height || mask.Width != image.Width)
            ? $"segmentation.size is [{mask.Height}, {mask.Width}], but image {image.Id} is " +
                $"[{image.Height}, {image.Width}] (rows, columns)"
            : null;
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
        double[] bySize = new double[_options.AreaRanges.Count];
        for (int area = 0; area < bySize.Length; area++)
        {
            bySize[area] = curves.MeanPrecision(null, [k], area, last);
        }

        return new ApClass(
            _options.UseCategories ? _categories[k].Id : -1,
            _options.UseCategories ? _categories[k].Name : "all",
            bySize[0],
            curves.MeanPrecision(0.5, [k], 0, last),
            curves.MeanPrecision(0.75, [k], 0, last),
            curves.MeanRecall([k], 0, last),
            PrecisionRecall.CountObjects(_objects, objects, _options.AreaRanges[0]),
            CountRanks(table.Ranks.AsSpan(detections), _options.MaxDetections[last]))
        {
            ApBySize = bySize,
        };
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

    /// <summary>An image's place in the dataset, ordered by its id.</summary>
    private readonly record struct ImageOrder(long Id, int Index) : IComparable<ImageOrder>
    {
        public int CompareTo(ImageOrder other) => Id < other.Id ? -1 : Id > other.Id ? 1 : 0;
    }
}
