using System.Globalization;

namespace Panoptes.Torch.Nn;

/// <summary>Layers one after another, named by their position: <c>0</c>, <c>1</c>, ...</summary>
public sealed class Sequential : Layer
{
    private readonly Layer[] _layers;

    /// <summary>Chains layers.</summary>
    public Sequential(IEnumerable<Layer> layers)
    {
        _layers = [.. layers];
        for (int i = 0; i < _layers.Length; i++)
        {
            Child(i.ToString(CultureInfo.InvariantCulture), _layers[i]);
        }
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        using TensorScope scope = new(); // what lies between the layers is not needed longer
        foreach (Layer layer in _layers)
        {
            x = layer.Forward(x);
        }

        return scope.Keep(x);
    }
}
