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

    /// <summary>An output that covers the network's input, a cell for some pixels each, checked to be finite for one image.</summary>
    /// <param name="output">The outputs.</param>
    /// <param name="name">The output's name.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="stride">Input pixels for each cell.</param>
    /// <param name="image">The image that will be read.</param>
    /// <param name="channels">Expected channels.</param>
    public static FeatureMap RequirePixels(
        this NetworkOutput output, string name, NetworkInput input, int stride, int image, int channels)
    {
        FeatureMap map = output[name];
        (int height, int width) = ((input.Height + stride - 1) / stride, (input.Width + stride - 1) / stride);
        if (map.Batch != input.Images.Count || map.Channels != channels || map.Height != height || map.Width != width)
        {
            throw new InvalidOperationException(
                $"The network's output '{name}' is {Shape(map)}; [{input.Images.Count}, {channels}, {height}, {width}] was expected.");
        }

        return IsFinite(map.Image(image)) ? map : throw NotFinite(name, image);
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
    public static InvalidOperationException NotFinite(string name, int image) => new(
        $"The network's output '{name}' holds NaN or infinity for image {image} of the batch: the model's weights are broken "
        + "(did its training diverge?).");
}
