namespace Panoptes.Masks.Codec;

/// <summary>How well masks survive encoding and decoding, by the number of components: the MEInst paper's Figure 5.</summary>
public static class CodecCurve
{
    /// <summary>The numbers of components that are measured unless others are asked for: 5 to 200.</summary>
    public static IReadOnlyList<int> UsualDimensions { get; } = [5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 140, 160, 180, 200];

    /// <summary>Measures a codec on masks, with all cores.</summary>
    /// <param name="codec">The codec; the first of its components stand for fewer dimensions, those that it keeps besides for more.</param>
    /// <param name="masks">The masks, of the codec's size.</param>
    /// <param name="dimensions">Numbers of components, ascending, up to <see cref="MaskCodec.MostComponents"/>.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">The masks have another size, or the codec has fewer components.</exception>
    public static IReadOnlyList<CodecCurvePoint> Measure(
        MaskCodec codec, MaskSet masks, IReadOnlyList<int> dimensions, CancellationToken cancellationToken = default)
    {
        if (masks.Size != codec.Size)
        {
            throw new InputException($"the masks are {masks.Size}x{masks.Size}, but the codec's are {codec.Size}x{codec.Size}");
        }

        codec = codec.WithDimension(dimensions[^1]);
        Tally[] sum = Tally.Create(dimensions.Count);
        Dictionary<int, int> classOf = masks.Categories.Index().ToDictionary(c => c.Item.Id, c => c.Index);
        foreach (MaskBlock block in masks.Blocks)
        {
            Parallel.For(
                0,
                block.Count,
                new ParallelOptions { CancellationToken = cancellationToken },
                () => new Worker(codec, dimensions),
                (i, _, worker) =>
                {
                    worker.Measure(block.Bits(i), classOf[block.CategoryOf(i)]);
                    return worker;
                },
                worker =>
                {
                    lock (sum)
                    {
                        for (int d = 0; d < sum.Length; d++)
                        {
                            sum[d].Add(worker.Tallies[d]);
                        }
                    }
                });
        }

        return [.. dimensions.Zip(sum, (d, tally) => tally.ToPoint(d, masks.Count))];
    }

    /// <summary>Adds one component after the other, and looks at what is decoded wherever a dimension is reached.</summary>
    private sealed class Worker(MaskCodec codec, IReadOnlyList<int> dimensions)
    {
        private readonly byte[] _mask = new byte[codec.Size * codec.Size];
        private readonly float[] _code = new float[codec.Dimension];
        private readonly float[] _exact = new float[codec.Size * codec.Size];
        private readonly float[] _decoded = new float[codec.Size * codec.Size];

        public Tally[] Tallies { get; } = Tally.Create(dimensions.Count);

        public void Measure(ReadOnlySpan<ulong> bits, int @class)
        {
            BytePacking.Unpack(bits, _mask, 1);
            codec.Encode(_mask, _code, @class);
            codec.ToSpace(_mask, _exact);
            codec.ReconstructNothing(_decoded, @class);
            double spread = SquaredDistance();
            int component = 0;
            for (int d = 0; d < dimensions.Count; d++)
            {
                for (; component < dimensions[d]; component++)
                {
                    codec.AddComponent(_decoded, component, _code[component], @class);
                }

                Tallies[d].Add(_mask, _decoded, codec.Threshold, SquaredDistance(), spread);
            }
        }

        private double SquaredDistance()
        {
            double sum = 0;
            for (int i = 0; i < _exact.Length; i++)
            {
                double difference = _exact[i] - _decoded[i];
                sum += difference * difference;
            }

            return sum;
        }
    }

    /// <summary>What is added up for one number of components.</summary>
    private sealed class Tally
    {
        private long _both;
        private long _onlyTruth;
        private long _onlyDecoded;
        private long _neither;
        private double _ious;
        private double _error;
        private double _spread;

        public static Tally[] Create(int count) => [.. Enumerable.Range(0, count).Select(_ => new Tally())];

        public void Add(ReadOnlySpan<byte> mask, ReadOnlySpan<float> decoded, float threshold, double error, double spread)
        {
            int both = 0;
            int truth = 0;
            int found = 0;
            for (int i = 0; i < mask.Length; i++)
            {
                int foreground = decoded[i] >= threshold ? 1 : 0;
                both += mask[i] & foreground;
                truth += mask[i];
                found += foreground;
            }

            int either = truth + found - both;
            _both += both;
            _onlyTruth += truth - both;
            _onlyDecoded += found - both;
            _neither += mask.Length - either;
            _ious += either == 0 ? 1 : (double)both / either;
            _error += error;
            _spread += spread;
        }

        public void Add(Tally other)
        {
            _both += other._both;
            _onlyTruth += other._onlyTruth;
            _onlyDecoded += other._onlyDecoded;
            _neither += other._neither;
            _ious += other._ious;
            _error += other._error;
            _spread += other._spread;
        }

        public CodecCurvePoint ToPoint(int dimension, int masks)
        {
            double wrong = _onlyTruth + _onlyDecoded;
            double foreground = _both + wrong > 0 ? _both / (_both + wrong) : 1;
            double background = _neither + wrong > 0 ? _neither / (_neither + wrong) : 1;
            return new CodecCurvePoint(
                dimension, (foreground + background) / 2, masks > 0 ? _ious / masks : 1, _spread > 0 ? _error / _spread : 0);
        }
    }
}
