using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Fcos;

/// <summary>FCOS's three losses (Tian et al. 2019, Eq. 2, with centerness): classes, boxes, centerness.</summary>
internal sealed class FcosLoss : Module
{
    private readonly FcosConfig _config;
    private readonly Tensor? _movingPositives;

    /// <summary>Makes the losses.</summary>
    public FcosLoss(FcosConfig config)
    {
        _config = config;

        // Kept with the weights: a resumed run goes on with the same average. 100 is AdelaiDet's start.
        _movingPositives = config.Normalizer == LossNormalizer.MovingFg
            ? Buffer("moving_positives", Tensor.Full([], 100, DType.Float32))
            : null;
    }

    /// <summary>Computes the losses of a batch, weighted.</summary>
    /// <param name="outputs">All levels, flattened.</param>
    /// <param name="targets">What the positive locations should say.</param>
    public IReadOnlyList<LossTerm> Compute(FlatOutputs outputs, FcosTargets targets)
    {
        Device device = outputs.ClassLogits.Device;
        Tensor rows = Upload(targets.Rows, [targets.Count], device); // [P]
        Tensor classes = Upload(targets.Classes, [targets.Count], device); // [P]
        Tensor distances = Upload(targets.Distances, [targets.Count, 4], device); // [P, 4]
        Tensor centerness = Upload(targets.Centerness, [targets.Count], device); // [P]

        double positives = Math.Max(targets.Count, 1);
        Tensor? weights = _config.ClassWeights.Count == 0
            ? null
            : Tensor.From([.. _config.ClassWeights.Select(weight => (float)weight)], [_config.ClassWeights.Count]).To(device); // [C]
        Tensor classLoss = FocalLoss.Sum(outputs.ClassLogits, rows, classes, _config.FocalAlpha, _config.FocalGamma, weights)
            / Normalizer(targets.Count, outputs.ClassLogits.Size(0));

        // An empty selection sums to zero and keeps the graph whole: batches without positives need no case of their own.
        Tensor boxLoss = (BoxRegressionLoss.Compute(_config.BoxLoss, outputs.Distances.IndexSelect(0, rows), distances) * centerness).Sum()
            / Math.Max(targets.CenternessSum, 1e-6);
        Tensor centernessLoss = outputs.Centerness.IndexSelect(0, rows)
            .BinaryCrossEntropyWithLogits(centerness, null, null, Reduction.Sum) / positives;

        return
        [
            new LossTerm("class", classLoss * _config.ClassWeight),
            new LossTerm("box", boxLoss * _config.BoxWeight),
            new LossTerm("centerness", centernessLoss * _config.CenternessWeight),
        ];
    }

    /// <summary>What each term is divided by.</summary>
    /// <param name="targets">What the positive locations should say.</param>
    /// <param name="locations">Locations of the batch, positive or not.</param>
    public Dictionary<string, double> Count(FcosTargets targets, long locations) => new()
    {
        ["class"] = _config.Normalizer switch
        {
            LossNormalizer.All => locations,
            LossNormalizer.MovingFg => 1, // an average over passes already
            _ => targets.Count,
        },
        ["box"] = targets.CenternessSum,
        ["centerness"] = targets.Count,
    };

    internal static Tensor Upload<T>(IReadOnlyList<T> values, ReadOnlySpan<long> shape, Device device)
        where T : unmanaged => Tensor.From(System.Runtime.InteropServices.CollectionsMarshal.AsSpan((List<T>)values), shape).To(device);

    private double Normalizer(int positives, long rows)
    {
        switch (_config.Normalizer)
        {
            case LossNormalizer.All:
                return rows;
            case LossNormalizer.MovingFg:
                using (NoGrad noGrad = new())
                {
                    _movingPositives!.FillInPlace((0.9 * _movingPositives.ToDouble()) + (0.1 * Math.Max(positives, 1)));
                    return _movingPositives.ToDouble();
                }

            default:
                return Math.Max(positives, 1);
        }
    }
}
