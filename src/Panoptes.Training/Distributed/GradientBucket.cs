using Panoptes.Torch;

namespace Panoptes.Training.Distributed;

/// <summary>Some parameters' gradients one after the other, and for each a number that says on how many passes it has one.</summary>
internal sealed class GradientBucket : IDisposable
{
    private readonly IGradientSum _sum;
    private readonly Tensor[][] _parameters; // of each pass of this process
    private readonly Tensor[] _numbers; // of each pass: the gradients, then the flags
    private readonly int _values;
    private Action? _wait;

    /// <summary>Makes room for the gradients.</summary>
    /// <param name="sum">Adds them up.</param>
    /// <param name="names">The parameters' names.</param>
    /// <param name="parameters">The parameters of the network of each pass of this process.</param>
    /// <param name="device">Where the gradients are added up.</param>
    public GradientBucket(IGradientSum sum, IReadOnlyList<string> names, Tensor[][] parameters, Device device)
    {
        (_sum, Names, _parameters) = (sum, names, parameters);
        _values = checked((int)parameters[0].Sum(p => p.Count));
        _numbers = [.. parameters.Select(_ => Tensor.Zeros([_values + names.Count], device: device).Detached())];
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
            float[] flags = [.. parameters.Select(p => p.Grad is null ? 0f : 1f)];
            numbers.Narrow(0, _values, flags.Length).CopyInPlace(Tensor.From<float>(flags));
            foreach ((int i, Tensor view) in Views(numbers).Index())
            {
                Tensor? gradient = parameters[i].Grad;
                _ = gradient is null ? view.ZeroInPlace() : view.CopyInPlace(gradient);
            }
        }

        _wait = _sum.Start(_numbers);
    }

    /// <summary>Waits for the sums and puts them in the place of the gradients of the first pass; the others' are forgotten.</summary>
    /// <exception cref="ProcessLostException">A process is lost.</exception>
    public void Receive()
    {
        _wait!();
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        float[] found = _numbers[0].Narrow(0, _values, Names.Count).ToArray<float>();
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
