using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Models;

/// <summary>
/// A network with its losses (training) and its raw outputs by name (prediction): what the trainer and the tools work with.
/// </summary>
internal abstract class TrainableModel : Module
{
    /// <summary>Number format of the network. Losses and all that is decoded from its outputs are in float32.</summary>
    public Precision Precision
    {
        get;
        init
        {
            field = value;
            ComputeIn(value switch
            {
                Precision.Bf16 => DType.BFloat16,
                Precision.Amp => DType.Float16,
                _ => DType.Float32,
            });
        }
    }

    /// <summary>Steps of the optimizer made so far. Who trains sets it before each step; what moves along the schedule reads it.</summary>
    public int Iteration { get; set; }

    /// <summary>
    /// Adds numbers up over all passes of a step that are computed at the same time, on replicas and in other processes. Each pass calls it
    /// as often as the others and receives the same sums. Alone, a pass receives its own numbers.
    /// </summary>
    public Func<double[], double[]> SumOverPasses { get; set; } = own => own;

    /// <summary>
    /// Where set, the next losses' graph is cut between the stages of the backbone and at its synchronized normalizations, and its
    /// backward pass is <see cref="GradientCuts.Backward"/>.
    /// </summary>
    public GradientCuts? Cuts { get; set; }

    /// <summary>Computes the losses of a batch; gradients are recorded.</summary>
    /// <param name="images">The batch's images on the network's device: [N, 3, H, W].</param>
    /// <param name="batch">The same images' objects.</param>
    public abstract BatchLoss ComputeLosses(Tensor images, Batch batch);

    /// <summary>
    /// Counts what each term of a batch's losses is divided by (positives, images, pixels), without the network: it is known before any
    /// pass of a step, and with it the terms of several passes add up to those of one large batch.
    /// </summary>
    /// <param name="batch">The objects.</param>
    /// <returns>A count for each term, by its name.</returns>
    public abstract IReadOnlyDictionary<string, double> CountTargets(Batch batch);

    /// <summary>Computes the raw outputs under the names of <see cref="OutputNames"/>.</summary>
    /// <param name="images">Normalized images on the network's device: [N, 3, H, W].</param>
    public abstract IEnumerable<(string Name, Tensor Map)> Predict(Tensor images);
}
