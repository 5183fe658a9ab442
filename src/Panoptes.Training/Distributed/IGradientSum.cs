using Panoptes.Torch;

namespace Panoptes.Training.Distributed;

/// <summary>Adds tensors up over all processes, while they go on computing.</summary>
internal interface IGradientSum : IDisposable
{
    /// <summary>Begins to add up. All processes begin with the same tensors in the same order.</summary>
    /// <param name="own">Numbers of each pass of this process, in tensors of one length that stay until the sum is there.</param>
    /// <returns>Waits until the first tensor holds the sums; throws <see cref="ProcessLostException"/> where a process is lost.</returns>
    Action Start(IReadOnlyList<Tensor> own);
}
