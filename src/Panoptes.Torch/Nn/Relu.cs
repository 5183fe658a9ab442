namespace Panoptes.Torch.Nn;

/// <summary>
/// max(x, 0), written over its input: behind a convolution or normalization, whose gradients do not need their own output.
/// </summary>
public sealed class Relu : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.ReluInPlace();
}
