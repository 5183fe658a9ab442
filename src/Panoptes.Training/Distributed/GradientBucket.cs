using Panoptes.Torch;

namespace Panoptes.Training.Distributed;

/// <summary>Some parameters' gradients one after the other, and for each a number that says on how many passes it has one.</summary>
internal sealed class GradientBucket : IDisposable
{
    private readonly OrderedSum _sum;
    private readonly Tensor[][] _parameters; // of each pass of this process
    private readonly Tensor[] _numbers; // of each pass: the gradients, then the flags
    private readonly int _values;
    private Task? _sending;

    /// <summary>Makes room for the gradients.</summary>
    /// <param name="sum">Adds them up.</param>
    /// <param name="names">The parameters' names.</param>
    /// <param name="parameters">The parameters of the network of each pass of this process.</param>
    public GradientBucket(OrderedSum sum, IReadOnlyList<string> names, Tensor[][] parameters)
    {
        (_sum, Names, _parameters) = (sum, names, parameters);
        _values = checked((int)parameters[0].Sum(p => p.Count));
        _numbers = [.. parameters.Select(_ => Tensor.Zeros([_values + names.Count]).Detached())];
    }

    /// <summary>The parameters' names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Begins to add the gradients up.</summary>
    public void Send()
    {
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        foreach ((Tensor numbers, Tensor[] parameters) in _numbers.Zip(_parameters))
        {
            Span<float> flags = numbers.AsSpan<float>()[_values..];
            foreach ((int i, Tensor view) in Views(numbers).Index())
            {
                Tensor? gradient = parameters[i].Grad;
                flags[i] = gradient is null ? 0 : 1;
                _ = gradient is null ? view.ZeroInPlace() : view.CopyInPlace(gradient);
            }
        }

        _sending = _sum.Start(_numbers);
    }

    /// <summary>Waits for the sums and puts them in the place of the gradients of the first pass; the others' are forgotten.</summary>
    /// <exception cref="ProcessLostException">A process is lost.</exception>
    public void Receive()
    {
        _sending!.GetAwaiter().GetResult();
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        ReadOnlySpan<float> found = _numbers[0].AsSpan<float>()[_values..];
        foreach ((int i, Tensor view) in Views(_numbers[0]).Index())
        {
            foreach (Tensor[] parameters in _parameters.Skip(1))
            {
                parameters[i].Grad = null;
            }

            if (found[i] == 0)
            {
                continue; // no pass has one: the optimizer leaves the parameter as it is
            }

            Tensor parameter = _parameters[0][i];
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

    /// <inheritdoc />
    public void Dispose() => Array.ForEach(_numbers, numbers => numbers.Dispose());

    private IEnumerable<Tensor> Views(Tensor numbers)
    {
        long start = 0;
        foreach (Tensor parameter in _parameters[0])
        {
            yield return numbers.Narrow(0, start, parameter.Count).View(parameter.Shape);
            start += parameter.Count;
        }
    }
}
