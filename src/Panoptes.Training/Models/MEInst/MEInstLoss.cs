using Panoptes.Inference.MEInst;
using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Models.MEInst;

/// <summary>MEInst's objective: L = L_det + λ_mask L_mask (Eq. 4), L_det being FCOS's three losses.</summary>
internal sealed class MEInstLoss : MethodLoss
{
    private readonly MEInstConfig _config;
    private readonly MaskCodec? _codec;

    /// <summary>Makes the loss.</summary>
    /// <param name="model">The model's options.</param>
    /// <param name="codec">What encodes masks; null without encoding.</param>
    public MEInstLoss(ModelConfig model, MaskCodec? codec)
        : base(model)
    {
        _config = model.MEInst;
        _codec = codec;
    }

    /// <summary>Computes the losses of a batch.</summary>
    /// <param name="output">The network's raw outputs.</param>
    /// <param name="batch">The objects.</param>
    public BatchLoss Compute(MEInstOutput output, Batch batch)
    {
        FcosTargets targets = Assign(batch);
        return Assemble(
            output, batch, targets, _ => [new LossTerm("mask", MaskTerm(output, batch, targets) * _config.MaskWeight)]);
    }

    /// <inheritdoc/>
    protected override FcosTargets Assign(Batch batch) => Assign(batch, batch.ListBoxes(), batch.Classes.Span, inMask: null);

    /// <inheritdoc/>
    protected override IEnumerable<(string Term, double Count)> OwnCounts(Batch batch, FcosTargets targets) =>
        [("mask", targets.CenternessSum * Components)];

    // L_mask (Eq. 3) over the positive locations. As in the authors' code it is a mean over components, weighted by centerness, where the
    // paper writes a plain sum: Σ c_p Σ_i d(v̂_pi, v_pi) / max(D Σ c_p, 1). Without a positive location it sums nothing, which keeps the
    // graph whole.
    private Tensor MaskTerm(MEInstOutput output, Batch batch, FcosTargets targets)
    {
        Tensor flat = FlatOutputs.Flatten(output.Coefficients); // [N · locations, D]
        Tensor rows = FcosLoss.Upload(targets.Rows, [targets.Count], flat.Device); // [P]
        Tensor centerness = FcosLoss.Upload(targets.Centerness, [targets.Count], flat.Device); // [P]

        // The assignment knows whose a location is; each object is drawn and encoded once, however many locations learn it.
        Tensor owners = Tensor.From<long>([.. targets.Objects.Select(o => (long)o)]).To(flat.Device); // [P]
        Tensor predicted = flat.IndexSelect(0, rows); // [P, D]
        Tensor distances = _config.Encoding switch
        {
            MaskEncoding.Explicit => CoefficientDistance.Compute(_config.Loss, predicted, Codes(batch, flat.Device).IndexSelect(0, owners)),
            MaskEncoding.Implicit => PixelDistances(FrozenDecoder.Decode(_codec!, predicted), batch, owners),
            _ => PixelDistances(predicted, batch, owners),
        };
        return (distances * centerness).Sum() / Math.Max(targets.CenternessSum * Components, 1); // distances: [P]
    }

    // D: how many terms the distance of one mask sums.
    private int Components => _config.Encoding switch
    {
        MaskEncoding.Explicit => CoefficientDistance.Terms(_config.Loss, _codec!.Dimension),
        MaskEncoding.Implicit => _codec!.Size * _codec.Size,
        _ => _config.Size * _config.Size,
    };

    // v = T u (Eq. 1, left) of each object: [K, D].
    private Tensor Codes(Batch batch, Device device)
    {
        float[] codes = new float[batch.InstanceCount * _codec!.Dimension];

        // Random smoothing is drawn again for each batch, and again the same when a resumed run comes to it.
        Random random = new((int)(batch.Number & int.MaxValue));
        for (int k = 0; k < batch.InstanceCount; k++)
        {
            Span<float> code = codes.AsSpan(k * _codec.Dimension, _codec.Dimension);
            _codec.Encode(batch.BoxMasks[k], code, (int)batch.Classes.Span[k], random);
        }

        return Tensor.From<float>(codes, [batch.InstanceCount, _codec.Dimension]).To(device);
    }

    // Cross entropy of every pixel of the square, summed: [P].
    private static Tensor PixelDistances(Tensor logits, Batch batch, Tensor owners)
    {
        int pixels = batch.BoxMasks.Size * batch.BoxMasks.Size;
        Tensor masks = Tensor.From(batch.BoxMasks.Values.Span, [batch.InstanceCount, pixels]).To(logits.Device); // [K, size²]
        Tensor targets = masks.IndexSelect(0, owners).To(DType.Float32); // [P, size²]
        return logits.BinaryCrossEntropyWithLogits(targets, null, null, Reduction.None).Sum([1]);
    }
}
