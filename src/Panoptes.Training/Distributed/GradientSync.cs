using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Panoptes.Torch;
using Panoptes.Training.Models;

namespace Panoptes.Training.Distributed;

/// <summary>
/// Adds up the gradients of all processes, in buckets that are sent as soon as their last gradient is computed, while the backward pass goes
/// on (Li et al., PyTorch Distributed, arXiv 2006.15704). Losses are divided by what all processes count, so the sum is the gradient of the
/// whole batch.
/// </summary>
internal sealed class GradientSync : IDisposable
{
    private const long BucketBytes = 25 << 20; // as in PyTorch's DistributedDataParallel

    private readonly ProcessGroup _group;
    private readonly List<Bucket> _buckets = [];
    private readonly Queue<Bucket> _waiting = new();

    /// <summary>Deals the parameters out to buckets, in the order in which a backward pass reaches them.</summary>
    /// <param name="group">The processes; all have the same network.</param>
    /// <param name="model">The network.</param>
    public GradientSync(ProcessGroup group, TrainableModel model)
    {
        _group = group;
        List<(string Name, Tensor Value)> parameters = [];
        long bytes = 0;
        foreach ((string name, Tensor value) in model.Parameters().Where(p => p.Value.RequiresGrad).Reverse())
        {
            bool fits = bytes + (value.Count * sizeof(float)) <= BucketBytes;
            if (parameters.Count > 0 && (!fits || StageOf(name) != StageOf(parameters[^1].Name)))
            {
                _buckets.Add(new Bucket(parameters));
                (parameters, bytes) = ([], 0);
            }

            parameters.Add((name, value));
            bytes += value.Count * sizeof(float);
        }

        _buckets.Add(new Bucket(parameters));
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
        while (_waiting.TryPeek(out Bucket? bucket)
            && !bucket.Parameters.Any(p => open.Any(stage => p.Name.StartsWith(stage, StringComparison.Ordinal))))
        {
            _waiting.Dequeue().Send(_group);
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
    public void Dispose() => _buckets.ForEach(bucket => bucket.Dispose());

    // The first two words of a name: backbone.layer4.
    private static string StageOf(string name) => string.Join('.', name.Split('.').Take(name.StartsWith("backbone.", StringComparison.Ordinal) ? 2 : 0));

    /// <summary>Some parameters' gradients one after the other, and for each a number that says on how many processes it has one.</summary>
    private sealed class Bucket : IDisposable
    {
        private readonly Tensor _numbers;
        private readonly long _values;
        private Task? _sum;

        public Bucket(IReadOnlyList<(string Name, Tensor Value)> parameters)
        {
            Parameters = parameters;
            _values = parameters.Sum(p => p.Value.Count);
            _numbers = Tensor.Zeros([_values + parameters.Count]).Detached();
        }

        public IReadOnlyList<(string Name, Tensor Value)> Parameters { get; }

        public unsafe void Send(ProcessGroup group)
        {
            using NoGrad noGrad = new();
            using TensorScope scope = new();
            Span<float> numbers = _numbers.AsSpan<float>();
            foreach ((int i, Tensor view) in Views().Index())
            {
                Tensor? gradient = Parameters[i].Value.Grad;
                numbers[checked((int)_values) + i] = gradient is null ? 0 : 1;
                _ = gradient is null ? view.ZeroInPlace() : view.CopyInPlace(gradient);
            }

            _sum = group.StartSum((float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(numbers)), numbers.Length);
        }

        public void Receive()
        {
            _sum!.GetAwaiter().GetResult();
            using NoGrad noGrad = new();
            using TensorScope scope = new();
            ReadOnlySpan<float> found = _numbers.AsSpan<float>()[checked((int)_values)..];
            foreach ((int i, Tensor view) in Views().Index())
            {
                if (found[i] == 0)
                {
                    continue; // no process has one: the optimizer leaves the parameter as it is
                }

                Tensor parameter = Parameters[i].Value;
                if (parameter.Grad is { } gradient)
                {
                    gradient.CopyInPlace(view);
                }
                else
                {
                    parameter.Grad = parameter.EmptyLike().CopyInPlace(view);
                }
            }
        }

        public void Dispose() => _numbers.Dispose();

        private IEnumerable<Tensor> Views()
        {
            long start = 0;
            foreach ((_, Tensor parameter) in Parameters)
            {
                yield return _numbers.Narrow(0, start, parameter.Count).View(parameter.Shape);
                start += parameter.Count;
            }
        }
    }
}
