using Panoptes.Torch;
using Panoptes.Training.Data;
using Panoptes.Training.Distributed.Nccl;
using Panoptes.Training.Models;

namespace Panoptes.Training.Distributed;

/// <summary>
/// Adds up the gradients of all processes, in buckets that are sent as soon as their last gradient is computed, while the backward pass goes
/// on (Li et al., PyTorch Distributed, arXiv 2006.15704). Losses are divided by what all processes count, so the sum is the gradient of the
/// whole batch. On the CPU it is taken in the order of the passes, so that any number of processes train the same weights; between graphics
/// cards NCCL takes it in its own.
/// </summary>
internal sealed class GradientSync : IDisposable
{
    private const long BucketBytes = 25 << 20; // as in PyTorch's DistributedDataParallel

    private readonly IGradientSum _sum;
    private readonly List<GradientBucket> _buckets = [];
    private readonly Queue<GradientBucket> _waiting = new();

    /// <summary>Deals the parameters out to buckets, in the order in which a backward pass reaches them.</summary>
    /// <param name="group">The processes; all have the same network.</param>
    /// <param name="models">The network, and its replicas in this process, each of which makes a pass.</param>
    /// <param name="passes">Passes side by side in all processes, which share them as <see cref="LoaderShare.Deal"/> says.</param>
    /// <param name="device">Where the network is.</param>
    public GradientSync(ProcessGroup group, IReadOnlyList<TrainableModel> models, int passes, Device device)
    {
        NcclSum? nccl = device.Type == DeviceType.Cuda ? NcclSum.TryJoin(group, device) : null;
        _sum = nccl is null ? new OrderedSum(group, passes) : nccl;
        Device place = nccl is null ? Device.Cpu : device;
        (string Name, Tensor Value)[][] all = [.. models.Select(model => model.Parameters().Where(p => p.Value.RequiresGrad).Reverse().ToArray())];
        int first = 0;
        long bytes = 0;
        for (int i = 0; i < all[0].Length; i++)
        {
            (string name, Tensor value) = all[0][i];
            bool fits = bytes + (value.Count * sizeof(float)) <= BucketBytes;
            if (i > first && (!fits || StageOf(name) != StageOf(all[0][i - 1].Name)))
            {
                Close(i);
            }

            bytes += value.Count * sizeof(float);
        }

        Close(all[0].Length);

        void Close(int end)
        {
            string[] names = [.. all[0][first..end].Select(p => p.Name)];
            _buckets.Add(new GradientBucket(
                _sum, names, [.. all.Select(model => model[first..end].Select(p => p.Value).ToArray())], place));
            (first, bytes) = (end, 0);
        }
    }

    /// <summary>Begins a step.</summary>
    public void Begin()
    {
        _waiting.Clear();
        _buckets.ForEach(_waiting.Enqueue);
    }

    /// <summary>Sends what is complete.</summary>
    /// <param name="open">What the names of parameters begin with whose gradients are yet to come.</param>
    public void Send(IReadOnlyList<string> open)
    {
        // In one order on all processes, whatever is ready first.
        while (_waiting.TryPeek(out GradientBucket? bucket)
            && !bucket.Names.Any(name => open.Any(stage => name.StartsWith(stage, StringComparison.Ordinal))))
        {
            _waiting.Dequeue().Send();
        }
    }

    /// <summary>Sends the rest and puts the sums in the gradients' place.</summary>
    /// <exception cref="ProcessLostException">A process is lost.</exception>
    public void Finish()
    {
        Send([]);
        _buckets.ForEach(bucket => bucket.Receive());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _sum.Dispose();
        _buckets.ForEach(bucket => bucket.Dispose());
    }

    // The first two words of a name: backbone.layer4.
    private static string StageOf(string name) => string.Join('.', name.Split('.').Take(name.StartsWith("backbone.", StringComparison.Ordinal) ? 2 : 0));
}
