using Panoptes.Numerics;

namespace Panoptes.Masks.Codec;

/// <summary>A linear map and a correction by one hidden layer: <c>y = L x + O relu(H x + h) + b</c>. All matrices are stored [input, output], row by row.</summary>
/// <param name="Linear">L: [inputs, outputs].</param>
/// <param name="HiddenWeight">H: [inputs, hidden].</param>
/// <param name="HiddenBias">h: [hidden].</param>
/// <param name="OutputWeight">O: [hidden, outputs].</param>
/// <param name="Bias">b: [outputs].</param>
internal sealed record ResidualMap(float[] Linear, float[] HiddenWeight, float[] HiddenBias, float[] OutputWeight, float[] Bias)
{
    /// <summary>The number of inputs.</summary>
    public int Inputs => Linear.Length / Outputs;

    /// <summary>The number of hidden units.</summary>
    public int Hidden => HiddenBias.Length;

    /// <summary>The number of outputs.</summary>
    public int Outputs => Bias.Length;

    /// <summary>Applies the map.</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="y">The outputs to write.</param>
    public void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        Span<float> hidden = stackalloc float[AutoencoderCodec.MostHidden];
        hidden = hidden[..Hidden];
        HiddenBias.CopyTo(hidden);
        Bias.CopyTo(y);
        AddProduct(x, HiddenWeight, hidden);
        AddProduct(x, Linear, y);
        foreach (ref float unit in hidden)
        {
            unit = Math.Max(unit, 0);
        }

        AddProduct(hidden, OutputWeight, y);
    }

    private static void AddProduct(ReadOnlySpan<float> x, float[] weights, Span<float> target)
    {
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i] != 0)
            {
                VectorMath.AddScaled<float>(target, weights.AsSpan(i * target.Length, target.Length), x[i]);
            }
        }
    }
}
