using Panoptes.Inference;
using Panoptes.Torch;

namespace Panoptes.Training.Models;

/// <summary>A network of libtorch as the inference library sees it. Safe for several threads, one after another.</summary>
public sealed class TorchNetwork : INetwork
{
    private readonly TrainableModel _model;
    private readonly Device _device;
    private readonly MemoryFormat _format;
    private readonly bool _ownsModel;
    private readonly Lock _turn = new();

    /// <summary>Wraps a network and moves it to a device.</summary>
    /// <param name="model">The network.</param>
    /// <param name="card">Its description.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="channelsLast">Keeps feature maps in channels-last order.</param>
    /// <param name="ownsModel">Whether the network is disposed with this; false while it is being trained.</param>
    internal TorchNetwork(TrainableModel model, ModelCard card, Device device, bool channelsLast, bool ownsModel = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _device = device;
        _format = channelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous;
        _ownsModel = ownsModel;
        Card = card;
        if (ownsModel)
        {
            model.To(device);
            model.To(_format);
            model.Train(false);
        }
    }

    /// <inheritdoc/>
    public ModelCard Card { get; }

    /// <summary>The network itself, switched to prediction.</summary>
    internal TrainableModel Model => _model;

    /// <summary>Number of weights, buffers included.</summary>
    public long ParameterCount => _model.State().Sum(entry => entry.Value.Count);

    /// <inheritdoc/>
    public NetworkOutput Run(NetworkInput input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_turn)
        {
            bool wasTraining = _model.IsTraining;
            _model.Train(false);
            try
            {
                return Run(input);
            }
            finally
            {
                _model.Train(wasTraining);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsModel)
        {
            _model.Dispose();
        }
    }

    private NetworkOutput Run(NetworkInput input)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Tensor images = Tensor.From<float>(input.Data, [input.Images.Count, 3, input.Height, input.Width]).To(_device).To(_format);
        Dictionary<string, FeatureMap> maps = new();
        foreach ((string name, Tensor map) in _model.Predict(images))
        {
            Tensor values = map.To(DType.Float32);
            maps.Add(name, FeatureMap.Create(
                (int)values.Size(0), (int)values.Size(1), (int)values.Size(2), (int)values.Size(3), values, (data, v) => v.CopyTo(data)));
        }

        return new NetworkOutput(maps);
    }
}
