using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Models.Ciae;

/// <summary>CIAE's objective: L = L_centerness + L_class + L_reg + L_CAE + α L_IAE (Eq. 12 and 15).</summary>
internal sealed class CiaeLoss : MethodLoss
{
    private readonly CiaeConfig _config;
    private readonly int _stuffClasses;
    private readonly TripletLoss _tripletLoss;

    /// <summary>Makes the loss.</summary>
    /// <param name="model">The model's options.</param>
    /// <param name="stuffClasses">Number of stuff classes S.</param>
    public CiaeLoss(ModelConfig model, int stuffClasses)
        : base(model)
    {
        _config = model.Ciae;
        _stuffClasses = stuffClasses;
        _tripletLoss = new TripletLoss(_config);
    }

    /// <summary>How many categories the memory has: the stuff classes, then things.</summary>
    /// <param name="things">What it knows of things.</param>
    /// <param name="thingClasses">Number of classes of things.</param>
    /// <param name="stuffClasses">Number of stuff classes.</param>
    public static int Categories(ThingClasses things, int thingClasses, int stuffClasses) => stuffClasses + things switch
    {
        ThingClasses.Merge => 1,
        ThingClasses.Specific => thingClasses,
        _ => 0,
    };

    /// <summary>Adds up the embedding over every segment of a batch.</summary>
    internal static SegmentSums[] Segments(Tensor embedding, PixelLabels labels) =>
    [
        .. Enumerable.Range(0, (int)embedding.Size(0)).Select(n =>
            SegmentSums.Of(embedding.Select(0, n), labels.Image(n).Span, PixelLabels.MapStride / labels.Stride)),
    ];

    /// <summary>The sums over the categories of a batch, and their pixels, as <see cref="CategoryMemory.Update"/> takes them.</summary>
    internal double[] CategorySums(IReadOnlyList<SegmentSums> segments, Batch batch, int categories)
    {
        int stride = _config.EmbeddingDim + 1;
        double[] sums = new double[categories * stride];
        for (int n = 0; n < segments.Count; n++)
        {
            int[] category = Category(batch, n);
            double[] values = segments[n].Values.Detach().To(DType.Float64).ToArray<double>();
            for (int i = 0; i < segments[n].Labels.Count; i++)
            {
                int c = category[segments[n].Labels[i]];
                if (c >= categories)
                {
                    continue; // things, where the memory knows none
                }

                for (int d = 0; d < _config.EmbeddingDim; d++)
                {
                    sums[(c * stride) + d] += values[(i * _config.EmbeddingDim) + d];
                }

                sums[(c * stride) + _config.EmbeddingDim] += segments[n].Pixels[i];
            }
        }

        return sums;
    }

    /// <summary>Computes the losses of a batch.</summary>
    /// <param name="output">The network's raw outputs.</param>
    /// <param name="embedding">Its embedding in float32: [N, D, h, w].</param>
    /// <param name="segments">The sums over the segments of each image.</param>
    /// <param name="memory">The memory, updated: [C, D].</param>
    /// <param name="batch">The objects.</param>
    /// <param name="labels">What each pixel belongs to.</param>
    internal BatchLoss Compute(
        CiaeOutput output, Tensor embedding, IReadOnlyList<SegmentSums> segments, Tensor memory, Batch batch, PixelLabels labels)
    {
        FcosTargets targets = Assign(batch, labels);
        return Assemble(output, batch, targets, _ => OwnTerms(embedding, segments, memory, batch, batch.ListBoxes(), labels));
    }

    /// <inheritdoc/>
    protected override FcosTargets Assign(Batch batch) => Assign(batch, PixelLabels.Of(batch));

    /// <inheritdoc/>
    protected override IEnumerable<(string Term, double Count)> OwnCounts(Batch batch, FcosTargets targets)
    {
        int labeled = PixelLabels.Of(batch).LabeledCount; // N of Eq. 9
        return [("category", labeled), ("instance", labeled)];
    }

    private List<LossTerm> OwnTerms(
        Tensor embedding, IReadOnlyList<SegmentSums> segments, Tensor memory, Batch batch, IReadOnlyList<Box> boxes, PixelLabels labels)
    {
        List<LossTerm> terms = [];
        int[] images = [.. Enumerable.Range(0, batch.Images.Count)];
        if (_config.Things != ThingClasses.None)
        {
            TripletTarget[] categories = [.. images.Select(n => Categories(embedding.Select(0, n), memory, batch, labels, n))];
            terms.Add(new LossTerm("category", _tripletLoss.Compute(categories) * _config.CategoryWeight)); // L_CAE (Eq. 10)
        }

        TripletTarget[] instances =
            [.. images.Select(n => Instances(embedding.Select(0, n), memory, segments[n], batch, boxes, labels, n))];
        terms.Add(new LossTerm("instance", _tripletLoss.Compute(instances) * _config.InstanceWeight)); // α L_IAE (Eq. 11)
        return terms;
    }

    private FcosTargets Assign(Batch batch, PixelLabels labels)
    {
        int[] images = [.. batch.Images.SelectMany((p, n) => Enumerable.Repeat(n, p.InstanceCount))];
        ReadOnlySpan<long> classes = _config.MergeDetector ? new long[batch.InstanceCount] : batch.Classes.Span;
        return Assign(batch, batch.ListBoxes(), classes, _config.SampleInMask ? InMask : null);

        // IV-A: a location is positive only on the object itself.
        bool InMask(int instance, int x, int y)
        {
            int n = images[instance];
            return labels.At(n, x, y) == _stuffClasses + instance - batch.Images[n].FirstInstance;
        }
    }

    // Every pixel against the memory (Eq. 10).
    private TripletTarget Categories(Tensor embedding, Tensor memory, Batch batch, PixelLabels labels, int image)
    {
        int[] category = Category(batch, image);
        return new TripletTarget(
            embedding, memory, labels.Image(image), PixelLabels.MapStride / labels.Stride, category, [.. category.Select(_ => 1f)]);
    }

    // Every pixel against the memory of stuff and the image's own instances (Eq. 11).
    private TripletTarget Instances(
        Tensor embedding, Tensor memory, SegmentSums segments, Batch batch, IReadOnlyList<Box> boxes, PixelLabels labels, int image)
    {
        (int first, int count) = (batch.Images[image].FirstInstance, batch.Images[image].InstanceCount);
        int[] owner = [.. Enumerable.Range(0, _stuffClasses + count)];
        Tensor queries = memory.Narrow(0, 0, _stuffClasses);
        List<Box> own = new();

        // An instance may have no pixel at a quarter of the resolution, and then no mean.
        int[] rows = [.. Enumerable.Range(0, segments.Labels.Count).Where(i => segments.Labels[i] >= _stuffClasses)];
        if (rows.Length > 0)
        {
            Tensor sums = segments.Values.Narrow(0, rows[0], rows.Length); // [instances, D]: labels rise, instances come last
            Tensor means = sums / sums.LinalgVectorNorm(2, [1], keepdim: true).ClampMin(1e-12); // Eq. 4
            queries = Tensor.Cat([queries.To(means.DType), _config.DetachMeans ? means.Detach() : means]);
            foreach (int label in rows.Select(row => segments.Labels[row]))
            {
                owner[label] = _stuffClasses + own.Count;
                own.Add(Grown(boxes[first + label - _stuffClasses], _config.BoxFilter, labels.Stride));
            }
        }

        float[] weight = [.. owner.Select((_, label) => label < _stuffClasses ? 1 : (float)_config.ThingWeight)];
        return new TripletTarget(
            embedding, queries, labels.Image(image), PixelLabels.MapStride / labels.Stride, owner, weight)
        {
            Boxes = _config.BoxFilter > 0 ? own : [],
        };
    }

    // The category of each label of an image.
    private int[] Category(Batch batch, int image)
    {
        (int first, int count) = (batch.Images[image].FirstInstance, batch.Images[image].InstanceCount);
        bool specific = _config.Things == ThingClasses.Specific;
        return
        [
            .. Enumerable.Range(0, _stuffClasses),
            .. Enumerable.Range(first, count).Select(k => _stuffClasses + (specific ? (int)batch.Classes.Span[k] : 0)),
        ];
    }

    // A box grown about its center, in pixels of the labels.
    private static Box Grown(Box box, double factor, int stride)
    {
        (double x, double y) = ((box.X1 + box.X2) / 2, (box.Y1 + box.Y2) / 2);
        (double halfWidth, double halfHeight) = (box.Width * factor / 2, box.Height * factor / 2);
        return new Box((x - halfWidth) / stride, (y - halfHeight) / stride, (x + halfWidth) / stride, (y + halfHeight) / stride);
    }
}
