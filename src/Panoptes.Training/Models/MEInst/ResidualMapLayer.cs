using Panoptes.Inference.MEInst;
using Panoptes.Torch;
using Panoptes.Torch.Nn;

namespace Panoptes.Training.Models.MEInst;

/// <summary>
/// One direction of an auto-encoder, to be trained: <c>y = x L + relu(x H + h) O + b</c>, the same as <see cref="ResidualMap"/>.
/// </summary>
internal sealed class ResidualMapLayer : Layer
{
    private readonly Tensor _linear;
    private readonly Tensor _hiddenWeight;
    private readonly Tensor _hiddenBias;
    private readonly Tensor _outputWeight;
    private readonly Tensor _bias;

    /// <summary>Begins with only the linear part: the correction's last matrix is 0.</summary>
    /// <param name="linear">L: [inputs, outputs].</param>
    /// <param name="bias">b: [outputs].</param>
    /// <param name="hidden">Hidden units.</param>
    public ResidualMapLayer(ReadOnlySpan<float> linear, ReadOnlySpan<float> bias, int hidden)
    {
        int inputs = linear.Length / bias.Length;
        _linear = Parameter("linear", Tensor.From(linear, [inputs, bias.Length]));
        _hiddenWeight = Parameter("hidden.weight", Tensor.Empty([inputs, hidden]));
        _hiddenBias = Parameter("hidden.bias", Tensor.Zeros([hidden]));
        _outputWeight = Parameter("output.weight", Tensor.Zeros([hidden, bias.Length]));
        _bias = Parameter("bias", Tensor.From(bias));
        Init.Normal(_hiddenWeight, Math.Sqrt(2.0 / inputs));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Apply(x, _linear, _hiddenWeight, _hiddenBias, _outputWeight, _bias);

    /// <summary>Applies a map whose numbers are frozen.</summary>
    /// <param name="map">The map.</param>
    /// <param name="x">[N, inputs].</param>
    /// <returns>[N, outputs].</returns>
    public static Tensor Apply(ResidualMap map, Tensor x)
    {
        return Apply(
            x,
            Matrix(map.Linear, map.Inputs),
            Matrix(map.HiddenWeight, map.Inputs),
            Tensor.From<float>(map.HiddenBias).To(x.Device),
            Matrix(map.OutputWeight, map.Hidden),
            Tensor.From<float>(map.Bias).To(x.Device));

        Tensor Matrix(float[] values, int rows) => Tensor.From<float>(values, [rows, values.Length / rows]).To(x.Device);
    }

    /// <summary>The numbers as they are now.</summary>
    public ResidualMap ToMap() => new(
        _linear.ToArray<float>(),
        _hiddenWeight.ToArray<float>(),
        _hiddenBias.ToArray<float>(),
        _outputWeight.ToArray<float>(),
        _bias.ToArray<float>());

    private static Tensor Apply(Tensor x, Tensor linear, Tensor hiddenWeight, Tensor hiddenBias, Tensor outputWeight, Tensor bias)
    {
        Tensor hidden = hiddenBias.Addmm(x, hiddenWeight).Relu(); // [N, hidden]
        return bias.Addmm(x, linear).Addmm(hidden, outputWeight); // [N, outputs]
    }
}
