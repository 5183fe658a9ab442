namespace Panoptes.Torch.Nn;

/// <summary>
/// A part of a network: named parameters (trained), named buffers (kept with the weights, not trained) and named sub-modules. Each
/// concrete module has a <c>Forward</c> of its own types. Parameters and buffers live outside every <see cref="TensorScope"/>.
/// </summary>
public abstract class Module : IDisposable
{
    private readonly List<(string Name, Tensor Value)> _parameters = [];
    private readonly List<(string Name, Tensor Value)> _buffers = [];
    private readonly List<(string Name, Module Value)> _children = [];

    /// <summary>Whether the module is being trained; normalizations with running statistics behave differently then.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>Switches this module and all below it between training and prediction.</summary>
    public virtual void Train(bool training = true)
    {
        IsTraining = training;
        foreach ((_, Module child) in _children)
        {
            child.Train(training);
        }
    }

    /// <summary>Every parameter below this module with its dotted name, in the order of construction.</summary>
    public IEnumerable<(string Name, Tensor Value)> Parameters() => Collect("", m => m._parameters);

    /// <summary>Every buffer below this module with its dotted name.</summary>
    public IEnumerable<(string Name, Tensor Value)> Buffers() => Collect("", m => m._buffers);

    /// <summary>Parameters and buffers together: what a weight file holds.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() => Parameters().Concat(Buffers());

    /// <summary>This module (under the empty name) and every module below it with its dotted name.</summary>
    public IEnumerable<(string Name, Module Value)> Modules()
    {
        yield return ("", this);
        foreach ((string name, Module child) in _children)
        {
            foreach ((string below, Module module) in child.Modules())
            {
                yield return (below.Length == 0 ? name : $"{name}.{below}", module);
            }
        }
    }

    /// <summary>Excludes every parameter below this module from training.</summary>
    public void Freeze()
    {
        foreach ((_, Tensor parameter) in Parameters())
        {
            parameter.RequiresGrad = false;
        }
    }

    /// <summary>Moves parameters and buffers to a device.</summary>
    public void To(Device device) => Replace(tensor => tensor.To(device));

    /// <summary>
    /// Reorders the weights of convolutions in memory; <see cref="MemoryFormat.ChannelsLast"/> suits channels-last inputs.
    /// </summary>
    public void To(MemoryFormat format) => Replace(tensor => tensor.Rank == 4 ? tensor.To(format) : tensor.Alias());

    /// <summary>
    /// Sets the type that convolutions below this module compute in; each converts its input and a copy of its weights. Weights,
    /// normalizations and gradients of weights stay in float32 (mixed precision, Micikevicius et al., arXiv 1710.03740).
    /// </summary>
    /// <param name="type"><see cref="DType.Float32"/>, <see cref="DType.BFloat16"/> or <see cref="DType.Float16"/>.</param>
    public void ComputeIn(DType type)
    {
        foreach ((_, Module module) in Modules())
        {
            if (module is Conv2d convolution)
            {
                convolution.ComputeType = type;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees parameters, buffers and sub-modules.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach ((_, Tensor value) in _parameters.Concat(_buffers))
            {
                value.Dispose();
            }

            foreach ((_, Module child) in _children)
            {
                child.Dispose();
            }
        }
    }

    /// <summary>Registers a tensor to be trained.</summary>
    protected Tensor Parameter(string name, Tensor value)
    {
        value.Detached().RequiresGrad = true;
        _parameters.Add((name, value));
        return value;
    }

    /// <summary>Registers a tensor that belongs to the weights but is not trained.</summary>
    protected Tensor Buffer(string name, Tensor value)
    {
        _buffers.Add((name, value.Detached()));
        return value;
    }

    /// <summary>Registers a sub-module.</summary>
    protected T Child<T>(string name, T module)
        where T : Module
    {
        _children.Add((name, module));
        return module;
    }

    private IEnumerable<(string Name, Tensor Value)> Collect(string prefix, Func<Module, List<(string Name, Tensor Value)>> own)
    {
        foreach ((string name, Tensor value) in own(this))
        {
            yield return (prefix + name, value);
        }

        foreach ((string name, Module child) in _children)
        {
            foreach ((string, Tensor) entry in child.Collect($"{prefix}{name}.", own))
            {
                yield return entry;
            }
        }
    }

    private void Replace(Func<Tensor, Tensor> move)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        foreach ((_, Tensor value) in State())
        {
            value.SetData(move(value));
        }
    }
}
