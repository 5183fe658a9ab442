namespace Panoptes.Torch.Nn;

/// <summary>Initial weights, drawn in place from libtorch's random numbers.</summary>
public static class Init
{
    /// <summary>Every element the same.</summary>
    public static void Constant(Tensor tensor, double value)
    {
        using NoGrad noGrad = new();
        tensor.FillInPlace(value);
    }

    /// <summary>Normal with mean 0.</summary>
    public static void Normal(Tensor tensor, double standardDeviation)
    {
        using NoGrad noGrad = new();
        tensor.NormalInPlace(0, standardDeviation);
    }

    /// <summary>Uniform in [low, high).</summary>
    public static void Uniform(Tensor tensor, double low, double high)
    {
        using NoGrad noGrad = new();
        tensor.UniformInPlace(low, high);
    }

    /// <summary>
    /// He et al.'s uniform initialization over the fan-in: bound √(6 / ((1 + a²) fan)). With a = 1 it is Caffe2's "XavierFill".
    /// </summary>
    public static void KaimingUniform(Tensor weight, double a)
    {
        double fan = weight.Count / (double)weight.Shape[0];
        double bound = Math.Sqrt(6 / ((1 + (a * a)) * fan));
        Uniform(weight, -bound, bound);
    }

    /// <summary>He et al.'s normal initialization over the fan-out: deviation √(2 / fan). Caffe2's "MSRAFill".</summary>
    public static void KaimingNormalFanOut(Tensor weight)
    {
        double fan = weight.Shape[0] * (double)(weight.Count / weight.Shape[0] / weight.Shape[1]);
        Normal(weight, Math.Sqrt(2 / fan));
    }
}
