using System.Numerics;
using System.Runtime.InteropServices;

namespace Panoptes.Inference;

/// <summary>Checks of a network's outputs, with messages that name the output.</summary>
internal static class FeatureMapChecks
{
    /// <summary>An output that must have the grid of another one.</summary>
    public static FeatureMap Require(this NetworkOutput output, string name, FeatureMap grid, int channels)
    {
        FeatureMap map = output[name];
        return map.Batch == grid.Batch && map.Channels == channels && map.Height == grid.Height && map.Width == grid.Width
            ? map
            : throw new InvalidOperationException(
                $"The network's output '{name}' is {Shape(map)}; [{grid.Batch}, {channels}, {grid.Height}, {grid.Width}] was expected.");
    }

    /// <summary>The shape as text.</summary>
    public static string Shape(FeatureMap map) => $"[{map.Batch}, {map.Channels}, {map.Height}, {map.Width}]";

    /// <summary>True when no value is NaN or infinite.</summary>
    public static bool IsFinite(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        Vector<float> limit = new(float.MaxValue);
        foreach (Vector<float> vector in vectors)
        {
            if (!Vector.LessThanOrEqualAll(Vector.Abs(vector), limit))
            {
                return false;
            }
        }

        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The error for a value that no sound network gives.</summary>
    public static InvalidOperationException NotFinite(string name, int picture) => new(
        $"The network's output '{name}' holds NaN or infinity for picture {picture} of the batch: the model's weights are broken "
        + "(did its training diverge?).");
}
