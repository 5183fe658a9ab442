using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Panoptes.Inference;

/// <summary>
/// From FCOS's raw maps to candidates (FCOS, arXiv 1904.01355, 3.3): class probability above a threshold, the best of each level by
/// class probability times centerness, boxes decoded. Suppression is <see cref="NonMaximumSuppression"/>'s.
/// </summary>
/// <remarks>The decoder keeps no state: one serves any number of threads.</remarks>
internal sealed class FcosDecoder
{
    /// <summary>
    /// How far below the threshold's logit a logit is still looked at. Sigmoids are rounded, so the comparison in logits only
    /// sorts out what is far away; the probability itself decides.
    /// </summary>
    private const float LogitSlack = 0.05f;

    private readonly DetectionOptions _options;
    private readonly float _threshold;
    private readonly float _logitCut;

    /// <summary>Prepares the decoding.</summary>
    /// <param name="options">Thresholds and the geometry of the levels.</param>
    public FcosDecoder(DetectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _threshold = (float)options.ScoreThreshold;
        _logitCut = options.ScoreThreshold switch
        {
            <= 0 => float.NegativeInfinity,
            >= 1 => float.PositiveInfinity,
            double p => (float)Math.Log(p / (1 - p)) - LogitSlack,
        };
    }

    /// <summary>Decodes one image of a batch.</summary>
    /// <param name="output">The network's outputs.</param>
    /// <param name="input">What the network was given; only its sizes are read.</param>
    /// <param name="image">Index of the image in the batch.</param>
    /// <returns>Level by level, each by falling score; of equal scores the earlier cell, then the lower class, comes first.</returns>
    /// <exception cref="InvalidOperationException">An output is missing, has a wrong shape, or holds NaN.</exception>
    public IReadOnlyList<Candidate> Decode(NetworkOutput output, NetworkInput input, int image)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(input);
        List<Candidate> candidates = [];
        for (int level = 0; level < _options.Strides.Count; level++)
        {
            DecodeLevel(output, input, image, level, candidates);
        }

        return candidates;
    }

    private void DecodeLevel(NetworkOutput output, NetworkInput input, int image, int level, List<Candidate> candidates)
    {
        FeatureMap logits = output[OutputNames.ClassLogits(level)];
        FeatureMap boxes = output.Require(OutputNames.Box(level), logits, 4);
        FeatureMap centerness = output.Require(OutputNames.Centerness(level), logits, 1);

        // A key sorts by falling score, then by rising index in [cells, classes]: products of probabilities are not negative, so
        // their bits sort as they do.
        PooledList<ulong> keys = new();
        try
        {
            CollectKeys(logits, centerness, image, level, ref keys);
            Span<ulong> best = SmallestFirst.Take(keys.Span, _options.TopKPerLevel);
            candidates.EnsureCapacity(candidates.Count + best.Length);
            foreach (ulong key in best)
            {
                float product = BitConverter.UInt32BitsToSingle(~(uint)(key >> 32));
                (uint cell, uint classIndex) = Math.DivRem((uint)key, (uint)logits.Channels);
                candidates.Add(DecodeBox(boxes.Image(image), (int)cell, boxes, input, image, level) with
                {
                    Score = _options.SqrtScore ? MathF.Sqrt(product) : product,
                    ClassIndex = (int)classIndex,
                });
            }
        }
        finally
        {
            keys.Dispose();
        }
    }

    private void CollectKeys(FeatureMap logits, FeatureMap centerness, int image, int level, ref PooledList<ulong> keys)
    {
        if (_logitCut == float.PositiveInfinity)
        {
            return;
        }

        int classes = logits.Channels;
        ReadOnlySpan<float> centers = centerness.Plane(image, 0);
        Vector<float> cut = new(_logitCut);
        for (int c = 0; c < classes; c++)
        {
            ReadOnlySpan<float> plane = logits.Plane(image, c);
            ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(plane);
            for (int v = 0; v < vectors.Length; v++)
            {
                // "Not below" and not "above": NaN must come through, to be reported.
                if (!Vector.LessThanOrEqualAll(vectors[v], cut))
                {
                    CollectKeys(plane, v * Vector<float>.Count, Vector<float>.Count, c, centers, classes, level, image, ref keys);
                }
            }

            int done = vectors.Length * Vector<float>.Count;
            CollectKeys(plane, done, plane.Length - done, c, centers, classes, level, image, ref keys);
        }
    }

    private void CollectKeys(
        ReadOnlySpan<float> plane,
        int start,
        int count,
        int classIndex,
        ReadOnlySpan<float> centers,
        int classes,
        int level,
        int image,
        ref PooledList<ulong> keys)
    {
        for (int cell = start; cell < start + count; cell++)
        {
            float logit = plane[cell];
            if (logit <= _logitCut)
            {
                continue;
            }

            float probability = Sigmoid(logit);
            if (probability <= _threshold)
            {
                continue;
            }

            float product = probability * Sigmoid(centers[cell]);
            if (float.IsNaN(product))
            {
                string name = float.IsNaN(logit) ? OutputNames.ClassLogits(level) : OutputNames.Centerness(level);
                throw FeatureMapChecks.NotFinite(name, image);
            }

            uint index = ((uint)cell * (uint)classes) + (uint)classIndex;
            keys.Add(((ulong)~BitConverter.SingleToUInt32Bits(product) << 32) | index);
        }
    }

    private Candidate DecodeBox(ReadOnlySpan<float> sides, int cell, FeatureMap boxes, NetworkInput input, int image, int level)
    {
        int stride = _options.Strides[level];
        int plane = boxes.Height * boxes.Width;
        (int x, int y) = _options.LocationOf(level, cell, boxes, input);
        float x1 = x - (sides[cell] * stride);
        float y1 = y - (sides[plane + cell] * stride);
        float x2 = x + (sides[(2 * plane) + cell] * stride);
        float y2 = y + (sides[(3 * plane) + cell] * stride);
        if (float.IsNaN(x1 + y1 + x2 + y2))
        {
            throw FeatureMapChecks.NotFinite(OutputNames.Box(level), image);
        }

        if (_options.ClipBeforeNms)
        {
            InputImage size = input.Images[image];
            x1 = Math.Clamp(x1, 0, size.Width);
            y1 = Math.Clamp(y1, 0, size.Height);
            x2 = Math.Clamp(x2, 0, size.Width);
            y2 = Math.Clamp(y2, 0, size.Height);
        }

        return new Candidate(x1, y1, x2, y2, 0, 0, level, cell);
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    /// <summary>A list in pooled memory.</summary>
    private struct PooledList<T> : IDisposable
        where T : unmanaged
    {
        private T[] _items;
        private int _count;

        public PooledList() => _items = ArrayPool<T>.Shared.Rent(1024);

        public readonly Span<T> Span => _items.AsSpan(0, _count);

        public void Add(T item)
        {
            if (_count == _items.Length)
            {
                T[] larger = ArrayPool<T>.Shared.Rent(2 * _count);
                Span.CopyTo(larger);
                ArrayPool<T>.Shared.Return(_items);
                _items = larger;
            }

            _items[_count++] = item;
        }

        public void Dispose()
        {
            ArrayPool<T>.Shared.Return(Interlocked.Exchange(ref _items, [])); // never twice
            _count = 0;
        }
    }
}
