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
/// <para>Pixels are those of the network's input, with their centers at halves; an image of another size takes the nearest of them for
/// each of its own. Of equal similarities the lowest query wins, stuff first, then instances by falling score. A pixel without any query is
/// void.</para>
/// <para>With a separate semantic head (the first row of the paper's Table I) the head decides stuff, and the pixels that it calls things
/// go to the nearest instance.</para>
/// <para>The decoder keeps no state: one serves any number of threads. It uses several threads itself.</para>
/// </remarks>
internal sealed class CiaeDecoder : IImageDecoder
{
    private const int Stride = 4; // of the embedding, the semantic logits, and nothing else

    private readonly CiaeOptions _options;
    private readonly DetectionOptions _detection;
    private readonly IReadOnlyList<ModelClass> _classes;
    private readonly IReadOnlyList<ModelClass> _stuff;
    private readonly FcosDetector _detector;
    private readonly bool _semanticHead;

    /// <summary>Prepares the decoding.</summary>
    /// <param name="card">A card of the method <see cref="Method.Ciae"/>.</param>
    /// <param name="minScore">Detections with a lower score are no instances; 0..1. Default 0: the options' threshold decides.</param>
    /// <exception cref="ArgumentException">The card is one of another method.</exception>
    public CiaeDecoder(ModelCard card, double minScore = 0)
    {
        ArgumentNullException.ThrowIfNull(card);
        _options = card.MethodOptions as CiaeOptions
            ?? throw new ArgumentException($"A model of {Method.Ciae} is needed; this one's method is {card.Method}.", nameof(card));
        (_detection, _classes, _stuff) = (card.Detection, card.Classes, card.StuffClasses);
        _detector = new FcosDetector(card, minScore, oneClassWillDo: _options.CategorySource == CategorySource.Embedding);
        _semanticHead = card.PanopticMerge is not null;
    }

    /// <inheritdoc/>
    DecodedImage IImageDecoder.Decode(NetworkOutput output, NetworkInput input, int index, CancellationToken cancellationToken)
    {
        (PanopticSegmentation panoptic, IReadOnlyList<Instance> instances) =
            Decode(output, input, index, _detector.Detect(output, input, index), cancellationToken);
        return new DecodedImage(instances, panoptic);
    }

    /// <summary>Decodes one image of a batch.</summary>
    /// <param name="output">The network's outputs.</param>
    /// <param name="input">What the network was given; only its sizes are read.</param>
    /// <param name="image">Index of the image in the batch.</param>
    /// <param name="detections">Detections of the image, after suppression, by falling score.</param>
    /// <param name="cancellationToken">Stops between parts of the image.</param>
    /// <returns>The segments, and the things among them as instances, by falling score, with their masks and the detections'
    /// boxes.</returns>
    /// <exception cref="InvalidOperationException">An output is missing, has a wrong shape, or holds NaN.</exception>
    public (PanopticSegmentation Panoptic, IReadOnlyList<Instance> Instances) Decode(
        NetworkOutput output,
        NetworkInput input,
        int image,
        IReadOnlyList<Candidate> detections,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(detections);
        ImageEmbedding embedding = Embedding(output, input, image);
        InputImage size = input.Images[image];
        float[][] memory = ReadMemory(output, image);
        return Assign(
            output,
            input,
            embedding,
            memory,
            [.. detections.Where(d => d.Score >= _options.InstanceThreshold).Select(Detected)],
            cancellationToken);

        Proposal Detected(Candidate detection)
        {
            (int x, int y) = _detection.LocationOf(detection.Level, detection.Cell, output[OutputNames.Box(detection.Level)], input);
            (int left, int right) = embedding.Columns.Within(detection.X1, detection.X2);
            (int top, int bottom) = embedding.Rows.Within(detection.Y1, detection.Y2);
            float[] vector = embedding.At(Math.Clamp(x, 0, size.Width - 1), Math.Clamp(y, 0, size.Height - 1));
            Query query = new(vector, new PixelBounds(left, top, right, bottom));
            return new Proposal(query, ClassOf(detection, query, memory), detection.Score, size.ToOriginal(detection.Box));
        }
    }

    /// <summary>
    /// Decodes one image of a batch whose instances are known: the query of each is the mean embedding of its mask, and its pixels are
    /// those of its box whose nearest query that is (the oracle of Table IV). Scores are 1.
    /// </summary>
    /// <param name="output">The network's outputs; what it detected is not looked at.</param>
    /// <param name="input">What the network was given; only its sizes are read.</param>
    /// <param name="image">Index of the image in the batch.</param>
    /// <param name="known">The instances.</param>
    /// <param name="cancellationToken">Stops between parts of the image.</param>
    /// <returns>The segments, and the known instances that have one, in their order, with the masks that were found.</returns>
    /// <exception cref="ArgumentException">A mask is not of the image's size.</exception>
    /// <exception cref="InvalidOperationException">An output is missing, has a wrong shape, or holds NaN.</exception>
    public (PanopticSegmentation Panoptic, IReadOnlyList<Instance> Instances) DecodeKnown(
        NetworkOutput output,
        NetworkInput input,
        int image,
        IReadOnlyList<KnownInstance> known,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(known);
        InputImage size = input.Images[image];
        if (known.FirstOrDefault(k => (k.Mask.Width, k.Mask.Height) != (size.OriginalWidth, size.OriginalHeight)) is { Mask: var mask })
        {
            throw new ArgumentException(
                $"A mask of {mask.Width}x{mask.Height} does not fit an image of {size.OriginalWidth}x{size.OriginalHeight}.",
                nameof(known));
        }

        ImageEmbedding embedding = Embedding(output, input, image);
        Proposal[] proposals =
        [
            .. known.Select(k => new Proposal(new Query(embedding.MeanOver(k.Mask), PixelBounds.Within(k.Box)), k.ClassIndex, 1, k.Box)),
        ];
        return Assign(output, input, embedding, ReadMemory(output, image), proposals, cancellationToken);
    }

    private ImageEmbedding Embedding(NetworkOutput output, NetworkInput input, int image)
    {
        FeatureMap map = output.RequirePixels(CiaeOutputs.Embedding, input, Stride, image, _options.EmbeddingDim);
        InputImage size = input.Images[image];
        ImageAxis columns = new(map.Width, Stride, size.Width, size.OriginalWidth);
        ImageAxis rows = new(map.Height, Stride, size.Height, size.OriginalHeight);
        return new ImageEmbedding(map, image, columns, rows);
    }

    /// <summary>Gives each pixel to stuff or to a proposal, and makes segments of them.</summary>
    private (PanopticSegmentation Panoptic, IReadOnlyList<Instance> Instances) Assign(
        NetworkOutput output,
        NetworkInput input,
        ImageEmbedding embedding,
        float[][] memory,
        Proposal[] proposals,
        CancellationToken cancellationToken)
    {
        InputImage size = input.Images[embedding.Image];
        Query[] instances = [.. proposals.Select(p => p.Query)];
        LabelMap labels = _semanticHead
            ? LabelBySemanticHead()
            : Label([.. memory.Take(_stuff.Count).Select(v => new Query(v, PanopticMerger.Whole(size))), .. instances]);
        (PanopticSegmentation panoptic, Rle?[] masks) = new SegmentBuilder(_stuff, _options.MinStuffArea, _options.MinThingArea)
            .Build(labels, [.. proposals.Select(p => new LabeledThing(_classes[p.ClassIndex], p.Score))]);
        return (panoptic, [.. proposals.Zip(masks).Where(pair => pair.Second is not null).Select(pair => Found(pair.First, pair.Second!))]);

        Instance Found(Proposal proposal, Rle mask)
        {
            ModelClass named = _classes[proposal.ClassIndex];
            return new(proposal.ClassIndex, named.Name, named.CategoryId, proposal.Score, proposal.Box, mask);
        }

        LabelMap Label(IReadOnlyList<Query> queries) => PixelAssignment.Label(
            new SimilarityFields(embedding.Map, embedding.Image, queries),
            embedding.Columns.Image,
            embedding.Rows.Image,
            cancellationToken);

        LabelMap LabelBySemanticHead()
        {
            FeatureMap logits = output.RequirePixels(OutputNames.SemanticLogits, input, Stride, embedding.Image, _stuff.Count + 1);
            LogitFields fields = new(logits, embedding.Image, PanopticMerger.Whole(size));
            LabelMap semantic = PixelAssignment.Label(fields, embedding.Columns.Image, embedding.Rows.Image, cancellationToken);
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
    private float[][] ReadMemory(NetworkOutput output, int image)
    {
        FeatureMap memory = output[CiaeOutputs.Memory];
        bool things = _options.CategorySource == CategorySource.Embedding;
        int needed = _stuff.Count + (things ? _classes.Count : 0);
        if (memory.Batch != 1 || memory.Channels != _options.EmbeddingDim || memory.Height != 1 || memory.Width < needed)
        {
            throw new InvalidOperationException(
                $"The network's output '{CiaeOutputs.Memory}' is {FeatureMapChecks.Shape(memory)}; "
                + $"[1, {_options.EmbeddingDim}, 1, {needed}] or more was expected: {_stuff.Count} classes of stuff"
                + (things ? $" and, since category_source is embedding, {_classes.Count} of things." : "."));
        }

        if (!FeatureMapChecks.IsFinite(memory.Data))
        {
            throw FeatureMapChecks.NotFinite(CiaeOutputs.Memory, image);
        }

        return [.. Enumerable.Range(0, needed).Select(c =>
        {
            double[] vector = [.. Enumerable.Range(0, memory.Channels).Select(d => (double)memory.Plane(0, d)[c])];
            return ImageEmbedding.Normalize(vector);
        })];
    }

    /// <summary>The detector's class, or that of the nearest thing in the memory; of equal ones the first.</summary>
    private int ClassOf(in Candidate detection, Query query, float[][] memory) => _options.CategorySource switch
    {
        CategorySource.Detector => detection.ClassIndex,
        CategorySource.Embedding => Enumerable.Range(0, _classes.Count).MaxBy(c => Cosine(query.Vector, memory[_stuff.Count + c])),
        _ => throw new NotSupportedException($"The category source {_options.CategorySource} is not known."),
    };

    private static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    /// <summary>An instance on its way to its pixels.</summary>
    /// <param name="Query">What pixels are compared with, and where.</param>
    /// <param name="ClassIndex">Index of its class.</param>
    /// <param name="Score">Its score.</param>
    /// <param name="Box">Its box, in the image's pixels.</param>
    private sealed record Proposal(Query Query, int ClassIndex, float Score, Box Box);
}
