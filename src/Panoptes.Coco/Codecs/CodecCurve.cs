using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;

namespace Panoptes.Coco.Codecs;

/// <summary>How well masks survive encoding and decoding, by the number of components: the MEInst paper's Figure 5.</summary>
public static class CodecCurve
{
    /// <summary>The numbers of components that are measured unless others are asked for: 5 to 200.</summary>
    public static IReadOnlyList<int> UsualDimensions { get; } = [5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 140, 160, 180, 200];

    /// <summary>Measures principal components on masks, with all cores.</summary>
    /// <param name="codec">The codec; the first of its components stand for fewer dimensions, the further ones that it keeps for
    /// more.</param>
    /// <param name="masks">The masks, of the codec's size.</param>
    /// <param name="dimensions">Numbers of components, ascending, up to <see cref="PcaCodec.MostComponents"/>.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">The masks have another size, or the codec has fewer components.</exception>
    public static IReadOnlyList<CodecCurvePoint> Measure(
        PcaCodec codec, MaskSet masks, IReadOnlyList<int> dimensions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(dimensions);
        ArgumentNullException.ThrowIfNull(masks);
        codec = codec.WithDimension(dimensions[^1]);
        return Measure(codec, masks, () => new ComponentsWorker(codec, dimensions), dimensions, cancellationToken);
    }

    /// <summary>Measures a codec of any kind on masks, as it is, with all cores.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="masks">The masks, of the codec's size.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">The masks have another size.</exception>
    public static CodecCurvePoint Measure(MaskCodec codec, MaskSet masks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(masks);
        return codec switch
        {
            AutoencoderCodec other => Measure(codec, masks, () => new AutoencoderWorker(other), [codec.Dimension], cancellationToken)[0],
            _ => Measure((PcaCodec)codec, masks, [codec.Dimension], cancellationToken)[0],
        };
    }

    /// <summary>
    /// Measures what a codec allows: the AP of a network that finds every object with its exact box and predicts its numbers without an
    /// error. What small squares, few numbers and pasting lose is all that is lost.
    /// </summary>
    /// <param name="codec">The codec; one by class must know the dataset's classes.</param>
    /// <param name="dataset">The objects, loaded with masks.</param>
    /// <param name="threshold">The value from which a pixel belongs to a mask; above 0 and below 1.</param>
    /// <param name="cancellationToken">Stops between objects.</param>
    /// <returns>AP of masks, areas by mask.</returns>
    /// <exception cref="InputException">A mask is malformed.</exception>
    public static ApResult Limit(
        MaskCodec codec, InstanceDataset dataset, double threshold = 0.5, CancellationToken cancellationToken = default) =>
        CodecLimit.Measure(codec, dataset, threshold, cancellationToken);

    private static IReadOnlyList<CodecCurvePoint> Measure(
        MaskCodec codec, MaskSet masks, Func<Worker> createWorker, IReadOnlyList<int> dimensions, CancellationToken cancellationToken)
    {
        if (masks.Size != codec.Size)
        {
            throw InputException.ForSetting(
                null,
                $"the masks are {masks.Size}x{masks.Size}, but the codec's are {codec.Size}x{codec.Size}");
        }

        Tally[] sum = Tally.Create(dimensions.Count);
        Dictionary<long, int> classOf = masks.Categories.Index().ToDictionary(c => c.Item.Id, c => c.Index);
        foreach (MaskBlock block in masks.Blocks)
        {
            Parallel.For(
                0,
                block.Count,
                new ParallelOptions { CancellationToken = cancellationToken },
                createWorker,
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

    /// <summary>Measures masks, for one thread.</summary>
    private abstract class Worker(MaskCodec codec, int dimensions)
    {
        public Tally[] Tallies { get; } = Tally.Create(dimensions);

        protected byte[] Mask { get; } = new byte[codec.Size * codec.Size];

        protected float[] Code { get; } = new float[codec.Dimension];

        /// <summary>The mask in the codec's space.</summary>
        protected float[] Exact { get; } = new float[codec.Size * codec.Size];

        protected float[] Decoded { get; } = new float[codec.Size * codec.Size];

        public void Measure(ReadOnlySpan<ulong> bits, int @class)
        {
            BytePacking.Unpack(bits, Mask, 1);
            codec.Encode(Mask, Code, @class);
            Tell(@class);
        }

        protected abstract void Tell(int @class);

        protected double SquaredDistance(ReadOnlySpan<float> other)
        {
            double sum = 0;
            for (int i = 0; i < Exact.Length; i++)
            {
                double difference = Exact[i] - other[i];
                sum += difference * difference;
            }

            return sum;
        }
    }

    /// <summary>Adds one component after the other, and looks at what is decoded wherever a dimension is reached.</summary>
    private sealed class ComponentsWorker(PcaCodec codec, IReadOnlyList<int> dimensions) : Worker(codec, dimensions.Count)
    {
        protected override void Tell(int @class)
        {
            codec.ToSpace(Mask, Exact);
            codec.ReconstructNothing(Decoded, @class);
            double spread = SquaredDistance(Decoded);
            int component = 0;
            for (int d = 0; d < dimensions.Count; d++)
            {
                for (; component < dimensions[d]; component++)
                {
                    codec.AddComponent(Decoded, component, Code[component], @class);
                }

                Tallies[d].Add(Mask, Decoded, codec.Threshold, SquaredDistance(Decoded), spread);
            }
        }
    }

    /// <summary>Decodes to probabilities; the space is that of the pixels.</summary>
    private sealed class AutoencoderWorker(AutoencoderCodec codec) : Worker(codec, 1)
    {
        protected override void Tell(int @class)
        {
            for (int i = 0; i < Exact.Length; i++)
            {
                Exact[i] = Mask[i];
            }

            codec.Decode(Code, Decoded, @class);
            Tallies[0].Add(Mask, Decoded, 0.5f, SquaredDistance(Decoded), SquaredDistance(codec.Mean));
        }
    }

    /// <summary>What is added up for one number of components.</summary>
    private sealed class Tally
    {
        private long _both;
        private long _onlyGroundTruth;
        private long _onlyDecoded;
        private long _neither;
        private double _ious;
        private double _error;
        private double _spread;

        public static Tally[] Create(int count) => [.. Enumerable.Range(0, count).Select(_ => new Tally())];

        public void Add(ReadOnlySpan<byte> mask, ReadOnlySpan<float> decoded, float threshold, double error, double spread)
        {
            int both = 0;
            int groundTruth = 0;
            int found = 0;
            for (int i = 0; i < mask.Length; i++)
            {
                int foreground = decoded[i] >= threshold ? 1 : 0;
                both += mask[i] & foreground;
                groundTruth += mask[i];
                found += foreground;
            }

            int either = groundTruth + found - both;
            _both += both;
            _onlyGroundTruth += groundTruth - both;
            _onlyDecoded += found - both;
            _neither += mask.Length - either;
            _ious += either == 0 ? 1 : (double)both / either;
            _error += error;
            _spread += spread;
        }

        public void Add(Tally other)
        {
            _both += other._both;
            _onlyGroundTruth += other._onlyGroundTruth;
            _onlyDecoded += other._onlyDecoded;
            _neither += other._neither;
            _ious += other._ious;
            _error += other._error;
            _spread += other._spread;
        }

        public CodecCurvePoint ToPoint(int dimension, int masks)
        {
            double wrong = _onlyGroundTruth + _onlyDecoded;
            double foreground = _both + wrong > 0 ? _both / (_both + wrong) : 1;
            double background = _neither + wrong > 0 ? _neither / (_neither + wrong) : 1;
            return new CodecCurvePoint(
                dimension, (foreground + background) / 2, masks > 0 ? _ious / masks : 1, _spread > 0 ? _error / _spread : 0);
        }
    }
}
