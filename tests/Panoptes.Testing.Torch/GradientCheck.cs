using Panoptes.Torch;

namespace Panoptes.Testing.Torch;

/// <summary>Compares the gradients of autograd with central differences (f(x + h) − f(x − h)) / 2h, in double precision.</summary>
public static class GradientCheck
{
    /// <summary>Asserts that every input's gradient is right.</summary>
    /// <param name="function">The function; a result of several elements is reduced to one by fixed random weights.</param>
    /// <param name="inputs">Where to check: float64 tensors, away from kinks by more than <paramref name="step"/>.</param>
    /// <param name="step">h. The error of the difference is of order h² + 1e-16/h.</param>
    /// <param name="tolerance">Largest difference allowed, relative to 1 + the largest magnitude of the input's gradient.</param>
    public static void Verify(Func<Tensor[], Tensor> function, Tensor[] inputs, double step = 1e-6, double tolerance = 1e-6)
    {
        using TensorScope scope = new();
        Tensor[] leaves = [.. inputs.Select(Leaf)];
        double[] weights = Weights(function, leaves);
        Evaluate(function, leaves, weights).Backward();
        for (int i = 0; i < leaves.Length; i++)
        {
            double[] analytic = leaves[i].Grad?.ToArray<double>() ?? new double[leaves[i].Count];
            double[] numeric = Differences(function, leaves, i, weights, step);
            double allowed = tolerance * (1 + numeric.Max(Math.Abs));
            for (int k = 0; k < numeric.Length; k++)
            {
                // Written so that a NaN fails.
                Assert.True(
                    Math.Abs(analytic[k] - numeric[k]) <= allowed,
                    $"input {i}, element {k}: autograd says {analytic[k]}, differences say {numeric[k]} (allowed {allowed})");
            }
        }
    }

    /// <summary>The same for a function of one tensor.</summary>
    public static void Verify(Func<Tensor, Tensor> function, Tensor input, double step = 1e-6, double tolerance = 1e-6) =>
        Verify(inputs => function(inputs[0]), [input], step, tolerance);

    private static Tensor Leaf(Tensor input)
    {
        Assert.Equal(DType.Float64, input.DType);
        Tensor leaf = input.Detach().Clone().Contiguous();
        leaf.RequiresGrad = true;
        return leaf;
    }

    private static double[] Weights(Func<Tensor[], Tensor> function, Tensor[] leaves)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Random random = new(1);
        double[] weights = new double[function(leaves).Count];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = weights.Length == 1 ? 1 : random.NextDouble() - 0.5;
        }

        return weights;
    }

    private static Tensor Evaluate(Func<Tensor[], Tensor> function, Tensor[] leaves, double[] weights)
    {
        Tensor result = function(leaves);
        return (result.Reshape([-1]) * Tensor.From<double>(weights)).Sum();
    }

    private static double[] Differences(Func<Tensor[], Tensor> function, Tensor[] leaves, int index, double[] weights, double step)
    {
        using NoGrad noGrad = new();
        double[] differences = new double[leaves[index].Count];
        for (int k = 0; k < differences.Length; k++)
        {
            double above = At(step), below = At(-step);
            differences[k] = (above - below) / (2 * step);

            double At(double offset)
            {
                using TensorScope scope = new();
                Span<double> values = leaves[index].AsSpan<double>();
                double before = values[k];
                values[k] = before + offset;
                try
                {
                    return Evaluate(function, leaves, weights).ToDouble();
                }
                finally
                {
                    leaves[index].AsSpan<double>()[k] = before;
                }
            }
        }

        return differences;
    }
}
