using System.Globalization;

namespace Panoptes.Torch.Nn;

/// <summary>Layers one after another, named by their position: <c>0</c>, <c>1</c>, ... A <see cref="GroupNorm"/> takes a following
/// <see cref="Relu"/> into its own pass.</summary>
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
        using var scope = new TensorScope(); // what lies between the layers is not needed longer
        for (int i = 0; i < _layers.Length; i++)
        {
            if (_layers[i] is GroupNorm norm && i + 1 < _layers.Length && _layers[i + 1] is Relu)
            {
                x = norm.Forward(x, relu: true);
                i++;
            }
            else
            {
                x = _layers[i].Forward(x);
            }
        }

        return scope.Keep(x);
    }
}
