using System.Runtime.InteropServices;
using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>EmbedMask's objective: L = L_cls + L_center + L_box + λ₁ L_mask + λ₂ L_smooth (Eq. 8).</summary>
internal sealed class EmbedMaskLoss : MethodLoss
{
    private readonly EmbedMaskConfig _config;

    /// <summary>Makes the loss.</summary>
    public EmbedMaskLoss(ModelConfig model)
        : base(model) => _config = model.EmbedMask;

    /// <summary>Computes the losses of a batch.</summary>
    /// <param name="output">The network's raw outputs.</param>
    /// <param name="batch">The objects.</param>
    public BatchLoss Compute(EmbedMaskOutput output, Batch batch)
    {
        FcosTargets targets = Assign(batch);
        return Assemble(output, batch, targets, flat => OwnTerms(output, batch, batch.ListBoxes(), targets, flat));
    }

    /// <inheritdoc/>
    protected override FcosTargets Assign(Batch batch) =>
        Assign(batch, batch.ListBoxes(), batch.Classes.Span, _config.SampleInMask ? batch.Masks.Contains : null);

    /// <inheritdoc/>
    protected override IEnumerable<(string Term, double Count)> OwnCounts(Batch batch, FcosTargets targets) =>
        [("mask", batch.Images.Count), ("smooth", batch.Images.Count)]; // means over images: Eq. 4 and 7

    private List<LossTerm> OwnTerms(
        EmbedMaskOutput output, Batch batch, IReadOnlyList<Box> boxes, FcosTargets targets, FlatOutputs flat)
    {
        LocationGrid grid = Grid(batch);
        Tensor rows = FcosLoss.Upload(targets.Rows, [targets.Count], flat.Distances.Device);
        float[] predicted = flat.Distances.Detach().IndexSelect(0, rows).ToArray<float>();
        IReadOnlyList<ProposalSampler.Sample> samples = ProposalSampler.Choose(_config, grid, targets, predicted, boxes);
        Tensor mask = Tensor.Zeros([], DType.Float32, flat.Distances.Device), smooth = mask;
        if (samples.Count > 0)
        {
            // Objects without a sample have no Q_k: they are skipped from here on.
            Proposals proposals = Proposals.Gather(_config, output, grid, targets, samples);
            double[] weights = ObjectWeights(batch, proposals.Objects);
            mask = MaskTerm(output.PixelEmbedding, batch, proposals, weights) * _config.MaskWeight;
            smooth = _config.SmoothWeight > 0 ? SmoothTerm(proposals, weights) * _config.SmoothWeight : smooth;
        }

        List<LossTerm> terms = [new LossTerm("mask", mask)];
        if (_config.SmoothWeight > 0)
        {
            terms.Add(new LossTerm("smooth", smooth));
        }

        return terms;
    }

    // 1 / (K · N): the mean over an image's objects, then over the images (Eq. 4 and 7).
    private double[] ObjectWeights(Batch batch, IReadOnlyList<int> objects)
    {
        double[] weights = new double[objects.Count];
        foreach (BatchImage image in batch.Images)
        {
            int[] own = [.. Enumerable.Range(0, objects.Count).Where(k => Owns(image, objects[k]))];
            int counted = _config.CountSkipped ? image.InstanceCount : own.Length;
            foreach (int k in own)
            {
                weights[k] = 1.0 / ((double)counted * batch.Images.Count);
            }
        }

        return weights;
    }

    // L_mask (Eq. 4), or L_hinge (Eq. 2): each object's pixels in B_k against its mask.
    private Tensor MaskTerm(Tensor pixelEmbedding, Batch batch, Proposals proposals, double[] weights)
    {
        Tensor p = pixelEmbedding.To(DType.Float32); // [N, D, H/8, W/8]
        if (_config.MaskScaleFactor > 1)
        {
            p = p.UpsampleBilinear2d(default, false, [_config.MaskScaleFactor, _config.MaskScaleFactor]); // [N, D, H/4, W/4]
        }

        List<Tensor> values = new();
        List<MaskCrop> crops = new();
        for (int image = 0; image < batch.Images.Count; image++)
        {
            // The objects are ordered by image: those of this one are neighbors.
            int first = proposals.Objects.Count(o => o < batch.Images[image].FirstInstance);
            int count = proposals.Objects.Count(o => Owns(batch.Images[image], o));
            if (count == 0)
            {
                continue;
            }

            MaskCrop[] own = [.. Enumerable.Range(first, count).Select(k => batch.Masks.Crops[proposals.Objects[k]])];
            Tensor z = Distances(p.Select(0, image), proposals, first, count); // [K, H/4 · W/4]
            values.Add(z.Reshape([-1]).IndexSelect(0, CropIndices(own, p.Size(3), z.Size(1)).To(p.Device)).To(DType.Float32));
            crops.AddRange(own);
        }

        Tensor inCrops = Tensor.Cat([.. values]); // [S]: the pixels of every B_k, object after object
        byte[] labels = new byte[inCrops.Count];
        int[] offsets = Offsets(CollectionsMarshal.AsSpan(crops));
        for (int k = 0; k < crops.Count; k++)
        {
            batch.Masks.Targets.Span.Slice(crops[k].Offset, crops[k].Area).CopyTo(labels.AsSpan(offsets[k]));
        }

        return _config.Loss == MaskLoss.Hinge
            ? HingeTerm(inCrops, labels, offsets, weights)
            : LovaszHinge.Sum(GaussianLogit(inCrops), labels, offsets, weights);
    }

    // What separates each pixel from each object: z = m |p − q|² (Eq. 3, with m = 1 / (2σ²)), or |p − q| for the hinge loss.
    // |p − q|² = |p|² − 2 p·q + |q|² turns K · H · W · D differences into one matrix product. It cancels where a pixel is near an
    // object, which is where the logit is steepest: float64 keeps what float32 would lose.
    private Tensor Distances(Tensor image, Proposals proposals, int first, int count)
    {
        Tensor p = image.Reshape([image.Size(0), -1]).To(DType.Float64); // [D, HW]
        Tensor q = proposals.Centers.Narrow(0, first, count).To(DType.Float64); // [K, D]
        if (_config.Loss == MaskLoss.Lovasz && _config.Margin.Dims == MarginDims.PerDim && proposals.Margins is { } perDim)
        {
            Tensor m = perDim.Narrow(0, first, count).To(DType.Float64); // [K, D]
            Tensor constant = (m * q.Square()).Sum([1], keepdim: true); // [K, 1]
            return m.Matmul(p.Square()) - (m * q).Matmul(p) * 2.0 + constant;
        }

        Tensor squared = p.Square().Sum([0]); // [HW]
        Tensor d2 = squared.Addmm(q, p, 1, -2) + q.Square().Sum([1], keepdim: true); // [K, HW]
        if (_config.Loss == MaskLoss.Hinge)
        {
            return d2.ClampMin(1e-12).Sqrt();
        }

        return proposals.Margins is { } margins
            ? d2 * margins.Narrow(0, first, count).To(DType.Float64)
            : d2 * EmbedMaskHead.ConstantMargin(_config);
    }

    /// <summary>
    /// The logit of φ = exp(−z), ln φ − ln(1 − φ) = −z − ln(1 − e^−z), which is 0 at φ = 0.5. Taken in log space it is finite for
    /// every z: the authors' form through φ itself is infinite at φ = 0 and φ = 1.
    /// </summary>
    /// <param name="z">m |p − q|², of any shape; rounding may leave it slightly negative.</param>
    public static Tensor GaussianLogit(Tensor z)
    {
        Tensor bounded = z.Clamp(1e-6, 1e4);
        return -bounded - (-(-bounded).Expm1()).Log();
    }

    // L_hinge (Eq. 2): [d − δ_a]₊² on foreground, [δ_b − d]₊² on background, mean over B_k.
    private Tensor HingeTerm(Tensor distances, byte[] labels, int[] offsets, double[] weights)
    {
        float[] foreground = new float[labels.Length];
        float[] background = new float[labels.Length];
        for (int k = 0; k < weights.Length; k++)
        {
            float weight = (float)(weights[k] / (offsets[k + 1] - offsets[k]));
            for (int i = offsets[k]; i < offsets[k + 1]; i++)
            {
                (labels[i] != 0 ? foreground : background)[i] = weight;
            }
        }

        Tensor pull = (distances - _config.Hinge.Pull).Relu().Square() * Tensor.From<float>(foreground).To(distances.Device);
        Tensor push = (_config.Hinge.Push - distances).Relu().Square() * Tensor.From<float>(background).To(distances.Device);
        return (pull + push).Sum();
    }

    // L_smooth (Eq. 7): each sample's q and margin near the mean of its object's.
    private Tensor SmoothTerm(Proposals proposals, double[] weights)
    {
        float[] factors = new float[proposals.SampleObjects.Count];
        foreach (IGrouping<int, int> samples in Enumerable.Range(0, factors.Length).GroupBy(j => proposals.SampleObjects[j]))
        {
            double share = _config.SmoothReduction == SmoothReduction.Mean ? 1.0 / samples.Count() : 1;
            foreach (int j in samples)
            {
                factors[j] = (float)(weights[samples.Key] * share);
            }
        }

        Tensor owner = proposals.SampleOwners; // [M]
        Tensor spread = (proposals.SampleCenters - proposals.Centers.IndexSelect(0, owner)).Square().Sum([1]); // [M]
        if (proposals is { SampleMargins: { } sampleMargins, Margins: { } margins })
        {
            spread += (sampleMargins - margins.IndexSelect(0, owner)).Square().Sum([1]);
        }

        return (spread * Tensor.From<float>(factors).To(spread.Device)).Sum();
    }

    // Indices of the crops' pixels in the flattened [K, H · W].
    private static Tensor CropIndices(ReadOnlySpan<MaskCrop> crops, long width, long pixels)
    {
        int[] offsets = Offsets(crops);
        long[] indices = new long[offsets[^1]];
        int next = 0;
        for (int k = 0; k < crops.Length; k++)
        {
            for (int y = crops[k].Y; y < crops[k].Y + crops[k].Height; y++)
            {
                long start = (k * pixels) + (y * width) + crops[k].X;
                for (int x = 0; x < crops[k].Width; x++)
                {
                    indices[next++] = start + x;
                }
            }
        }

        return Tensor.From<long>(indices);
    }

    private static int[] Offsets(ReadOnlySpan<MaskCrop> crops)
    {
        int[] offsets = new int[crops.Length + 1];
        for (int k = 0; k < crops.Length; k++)
        {
            offsets[k + 1] = checked(offsets[k] + crops[k].Area);
        }

        return offsets;
    }

    private static bool Owns(BatchImage image, int instance) =>
        instance >= image.FirstInstance && instance < image.FirstInstance + image.InstanceCount;
}
