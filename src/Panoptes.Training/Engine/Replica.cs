using Panoptes.Torch;
using Panoptes.Training.Models;

namespace Panoptes.Training.Engine;

/// <summary>
/// A second copy of a network for passes that run next to the first one's, on a thread of its own. It shares the first one's parameters;
/// gradients and buffers are its own.
/// </summary>
internal sealed class Replica : IDisposable
{
    private readonly TrainableModel _original;
    private readonly WorkThread _thread;

    /// <summary>Takes over the memory of the original's parameters and copies its buffers.</summary>
    /// <param name="copy">A network of the original's configuration, owned from here on.</param>
    /// <param name="original">The network that is trained.</param>
    /// <param name="name">The thread's name.</param>
    public Replica(TrainableModel copy, TrainableModel original, string name)
    {
        Model = copy;
        _original = original;
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        foreach (((_, Tensor own), (_, Tensor value)) in copy.Parameters().Zip(original.Parameters()))
        {
            own.SetData(value.Detach());
            own.RequiresGrad = value.RequiresGrad;
        }

        TakeBuffers();
        copy.Train();
        _thread = new WorkThread(name);
    }

    public TrainableModel Model { get; }

    /// <summary>Starts work on the replica's thread.</summary>
    public Task<T> Start<T>(Func<T> work) => _thread.Start(work);

    /// <summary>Adds the gradients to the original's and forgets them.</summary>
    public void GiveGradients()
    {
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        foreach (((_, Tensor own), (_, Tensor value)) in Model.Parameters().Zip(_original.Parameters()))
        {
            if (own.Grad is not { } gradient)
            {
                continue;
            }

            if (value.Grad is { } sum)
            {
                sum.AddInPlace(gradient);
            }
            else
            {
                value.Grad = gradient;
            }

            own.Grad = null;
        }
    }

    /// <summary>
    /// Takes over the original's running statistics before a step, so that a resumed run goes on as if it had never stopped, and the
    /// replicas of several processes as those of one.
    /// </summary>
    public void TakeBuffers()
    {
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        foreach (((_, Tensor own), (_, Tensor value)) in Model.Buffers().Zip(_original.Buffers()))
        {
            own.CopyInPlace(value);
        }
    }

    public void Dispose()
    {
        _thread.Dispose();
        Model.Dispose();
    }
}
