using Panoptes.Imaging;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Inference.Ciae;

/// <summary>
/// From CIAE's embedding to a panoptic segmentation (Gao et al. 2020, arXiv 2009.13342, IV-C): the queries are the memory's vector of each
/// class of stuff and, for each detection, the embedding at the location that it was found at; each pixel goes to the query with the
/// highest cosine (Eq. 16), to an instance only within its box.
/// </summary>
/// <remarks>
/// <para>Pixels are those of the network's input, with their centres at halves; a picture of another size takes the nearest of them for
/// each of its own. Of equal similarities the lowest query wins, stuff first, then instances by falling score. A pixel without any query is
/// void.</para>
/// <para>With a separate semantic head (the first row of the paper's Table I) the head decides stuff, and the pixels that it calls things
/// go to the nearest instance.</para>
/// <para>The decoder keeps no state: one serves any number of threads. It uses several threads itself.</para>
/// </remarks>
public sealed class CiaeDecoder
{
    private const int Stride = 4; // of the embedding, the semantic logits, and nothing else
    private const double SmallestNorm = 1e-12; // as in PyTorch's normalize

    private readonly CiaeOptions _options;
    private readonly DetectionOptions _detection;
    private readonly IReadOnlyList<ModelClass> _classes;
    private readonly IReadOnlyList<ModelClass> _stuff;
    private readonly bool _semanticHead;

    /// <summary>Prepares the decoding.</summary>
    /// <param name="card">A card of the method <see cref="Method.Ciae"/>.</param>
    /// <exception cref="ArgumentException">The card has no options for CIAE.</exception>
    public CiaeDecoder(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        _options = card.Ciae ?? throw new ArgumentException("The card has no options for CIAE.", nameof(card));
        (_detection, _classes, _stuff) = (card.Detection, card.Classes, card.StuffClasses);
        _semanticHead = card.PanopticMerge is not null;
    }

    /// <summary>Decodes one picture of a batch.</summary>
    /// <param name="output">The network's outputs.</param>
    /// <param name="input">What the network was given; only its sizes are read.</param>
    /// <param name="picture">Index of the picture in the batch.</param>
    /// <param name="detections">Detections of the picture, after suppression, by falling score.</param>
    /// <param name="cancellationToken">Stops between parts of the picture.</param>
    /// <returns>The segments, and the things among them as instances, by falling score, with their masks and the detections'
    /// boxes.</returns>
    /// <exception cref="InvalidOperationException">An output is missing, has a wrong shape, or holds NaN.</exception>
    public (PanopticSegmentation Panoptic, IReadOnlyList<Instance> Instances) Decode(
        NetworkOutput output,
        NetworkInput input,
        int picture,
        IReadOnlyList<Candidate> detections,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(detections);
        FeatureMap embedding = output.RequirePixels(OutputNames.CategoryInstanceEmbedding, input, Stride, picture, _options.EmbeddingDim);
        InputPicture size = input.Pictures[picture];
        Sampling columns = new(embedding.Width, size.Width, size.OriginalWidth);
        Sampling rows = new(embedding.Height, size.Height, size.OriginalHeight);
        float[][] memory = ReadMemory(output, picture);

        Candidate[] kept = [.. detections.Where(d => d.Score >= _options.InstanceThreshold)];
        Query[] instances = new Query[kept.Length];
        for (int i = 0; i < kept.Length; i++)
        {
            (int x, int y) = _detection.LocationOf(kept[i].Level, kept[i].Cell, output[OutputNames.Box(kept[i].Level)], input);
            (int left, int right) = columns.Within(kept[i].X1, kept[i].X2);
            (int top, int bottom) = rows.Within(kept[i].Y1, kept[i].Y2);
            (x, y) = (Math.Clamp(x, 0, size.Width - 1), Math.Clamp(y, 0, size.Height - 1));
            float[] vector = EmbeddingAt(embedding, picture, columns.Input, rows.Input, x, y);
            instances[i] = new Query(vector, new PixelBounds(left, top, right, bottom));
        }

        LabelMap labels = _semanticHead
            ? LabelBySemanticHead()
            : Label([.. memory.Take(_stuff.Count).Select(v => new Query(v, PanopticMerger.Whole(size))), .. instances]);
        int[] classes = [.. kept.Select((d, i) => ClassOf(d, instances[i], memory))];
        (PanopticSegmentation panoptic, Rle?[] masks) = new SegmentBuilder(_stuff, _options.MinStuffArea, _options.MinThingArea)
            .Build(labels, [.. kept.Select((d, i) => new LabelledThing(_classes[classes[i]], d.Score))]);
        return (panoptic, [.. Enumerable.Range(0, kept.Length).Where(i => masks[i] is not null).Select(Found)]);

        Instance Found(int i)
        {
            ModelClass named = _classes[classes[i]];
            return new(classes[i], named.Name, named.CategoryId, kept[i].Score, size.ToOriginal(kept[i].Box), masks[i]!);
        }

        LabelMap Label(IReadOnlyList<Query> queries) =>
            PixelAssignment.Label(new SimilarityFields(embedding, picture, queries), columns.Picture, rows.Picture, cancellationToken);

        LabelMap LabelBySemanticHead()
        {
            FeatureMap logits = output.RequirePixels(OutputNames.SemanticLogits, input, Stride, picture, _stuff.Count + 1);
            LogitFields fields = new(logits, picture, PanopticMerger.Whole(size));
            LabelMap semantic = PixelAssignment.Label(fields, columns.Picture, rows.Picture, cancellationToken);
            ReadOnlySpan<int> nearest = Label(instances).Labels;
            int things = _stuff.Count + 1;
            for (int i = 0; i < nearest.Length; i++)
            {
                if (semantic.Labels[i] == things)
                {
                    semantic.Labels[i] = nearest[i] == 0 ? 0 : _stuff.Count + nearest[i];
                }
            }

            return semantic;
        }
    }

    /// <summary>The memory's vectors: those of stuff, then those of things.</summary>
    private float[][] ReadMemory(NetworkOutput output, int picture)
    {
        FeatureMap memory = output[OutputNames.Memory];
        bool things = _options.CategorySource == CategorySource.Embedding;
        int needed = _stuff.Count + (things ? _classes.Count : 0);
        if (memory.Batch != 1 || memory.Channels != _options.EmbeddingDim || memory.Height != 1 || memory.Width < needed)
        {
            throw new InvalidOperationException(
                $"The network's output '{OutputNames.Memory}' is {FeatureMapChecks.Shape(memory)}; [1, {_options.EmbeddingDim}, 1, {needed}] "
                + $"or more was expected: {_stuff.Count} classes of stuff"
                + (things ? $" and, since category_source is embedding, {_classes.Count} of things." : "."));
        }

        if (!FeatureMapChecks.IsFinite(memory.Data))
        {
            throw FeatureMapChecks.NotFinite(OutputNames.Memory, picture);
        }

        return [.. Enumerable.Range(0, needed).Select(c =>
        {
            double[] vector = [.. Enumerable.Range(0, memory.Channels).Select(d => (double)memory.Plane(0, d)[c])];
            return Normalize(vector);
        })];
    }

    /// <summary>The unit vector of the enlarged embedding at a pixel of the network's input.</summary>
    private static float[] EmbeddingAt(FeatureMap embedding, int picture, ResizeAxis columns, ResizeAxis rows, int x, int y)
    {
        (int left, double right) = (columns.Index[x], columns.Weight[x]);
        (int top, double bottom) = (rows.Index[y], rows.Weight[y]);
        int across = Math.Min(left + 1, embedding.Width - 1);
        int down = Math.Min(top + 1, embedding.Height - 1) * embedding.Width;
        double[] vector = new double[embedding.Channels];
        for (int d = 0; d < vector.Length; d++)
        {
            ReadOnlySpan<float> plane = embedding.Plane(picture, d);
            double above = ((1 - right) * plane[(top * embedding.Width) + left]) + (right * plane[(top * embedding.Width) + across]);
            double below = ((1 - right) * plane[down + left]) + (right * plane[down + across]);
            vector[d] = ((1 - bottom) * above) + (bottom * below);
        }

        return Normalize(vector);
    }

    private static float[] Normalize(double[] vector)
    {
        double norm = Math.Max(Math.Sqrt(vector.Sum(v => v * v)), SmallestNorm);
        return [.. vector.Select(v => (float)(v / norm))];
    }

    /// <summary>The detector's class, or that of the nearest thing in the memory; of equal ones the first.</summary>
    private int ClassOf(in Candidate detection, Query query, float[][] memory) => _options.CategorySource switch
    {
        CategorySource.Detector => detection.ClassIndex,
        CategorySource.Embedding => Enumerable.Range(0, _classes.Count).MaxBy(c => Cosine(query.Vector, memory[_stuff.Count + c])),
        _ => throw new NotSupportedException($"The category source {_options.CategorySource} is not known."),
    };

    private static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    /// <summary>One axis of the embedding, of the network's input and of the picture.</summary>
    private sealed class Sampling
    {
        private readonly int[] _nearest; // the input pixel of each picture pixel, rising

        public Sampling(int cells, int pixels, int original)
        {
            Input = new ResizeAxis(cells, Stride * cells, pixels);
            _nearest = LabelMap.Nearest(pixels, original);
            Picture = Input.Take(_nearest);
        }

        /// <summary>From the embedding to the network's input, without its padding.</summary>
        public ResizeAxis Input { get; }

        /// <summary>From the embedding to the picture's own pixels.</summary>
        public ResizeAxis Picture { get; }

        /// <summary>The picture's pixels that show an input pixel whose centre lies in a range: <c>low &lt;= i + 0.5 &lt;
        /// high</c>.</summary>
        public (int First, int End) Within(double low, double high) => (Find(Math.Ceiling(low - 0.5)), Find(Math.Ceiling(high - 0.5)));

        private int Find(double pixel)
        {
            int index = Array.FindIndex(_nearest, n => n >= pixel);
            return index < 0 ? _nearest.Length : index;
        }
    }
}
