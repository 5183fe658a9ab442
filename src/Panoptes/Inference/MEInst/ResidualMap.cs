namespace Panoptes.Inference.MEInst;

/// <summary>
/// A linear map and a correction by one hidden layer: <c>y = L x + O relu(H x + h) + b</c>. All matrices are stored [input, output], row
/// by row.
/// </summary>
/// <param name="Linear">L: [inputs, outputs].</param>
/// <param name="HiddenWeight">H: [inputs, hidden].</param>
/// <param name="HiddenBias">h: [hidden].</param>
/// <param name="OutputWeight">O: [hidden, outputs].</param>
/// <param name="Bias">b: [outputs].</param>
public sealed record ResidualMap(float[] Linear, float[] HiddenWeight, float[] HiddenBias, float[] OutputWeight, float[] Bias)
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

    /// <summary>A map whose outputs are those of this one, their means taken off, divided by their deviations.</summary>
    /// <param name="mean">The mean of each output.</param>
    /// <param name="deviation">What each is divided by.</param>
    public ResidualMap NormalizeOutputs(double[] mean, double[] deviation) => this with
    {
        Linear = [.. Linear.Select((w, i) => (float)(w / deviation[i % Outputs]))],
        OutputWeight = [.. OutputWeight.Select((w, i) => (float)(w / deviation[i % Outputs]))],
        Bias = [.. Bias.Select((b, i) => (float)((b - mean[i]) / deviation[i]))],
    };

    /// <summary>A map that gives the same for inputs that were normalized so.</summary>
    /// <param name="mean">What was taken off each input.</param>
    /// <param name="deviation">What each was divided by.</param>
    public ResidualMap RestoreInputs(double[] mean, double[] deviation)
    {
        float[] hiddenBias = [.. HiddenBias];
        float[] bias = [.. Bias];
        float[] means = [.. mean.Select(m => (float)m)];
        AddProduct(means, HiddenWeight, hiddenBias);
        AddProduct(means, Linear, bias);
        return this with
        {
            Linear = [.. Linear.Select((w, i) => (float)(w * deviation[i / Outputs]))],
            HiddenWeight = [.. HiddenWeight.Select((w, i) => (float)(w * deviation[i / Hidden]))],
            HiddenBias = hiddenBias,
            Bias = bias,
        };
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
