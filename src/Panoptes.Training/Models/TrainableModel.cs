using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Data;

namespace Panoptes.Training.Models;

/// <summary>A network with its losses (training) and its raw outputs by name (prediction): what the trainer and the tools work with.</summary>
public abstract class TrainableModel : Module
{
    /// <summary>Computes the losses of a batch; gradients are recorded.</summary>
    /// <param name="pictures">The batch's pictures on the network's device: [N, 3, H, W].</param>
    /// <param name="batch">The same pictures' objects.</param>
    public abstract BatchLoss ComputeLosses(Tensor pictures, Batch batch);

    /// <summary>Computes the raw outputs under the names of <see cref="OutputNames"/>.</summary>
    /// <param name="pictures">Normalised pictures on the network's device: [N, 3, H, W].</param>
    public abstract IEnumerable<(string Name, Tensor Map)> Predict(Tensor pictures);
}
