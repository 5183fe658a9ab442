using Panoptes.Inference;

namespace Panoptes.Training.Export;

/// <summary>How far apart the outputs of two networks are that should be the same, such as a model and its export.</summary>
internal static class NetworkComparison
{
    private const int Seed = 1;

    /// <summary>Runs both on random images of several sizes and numbers.</summary>
    /// <param name="expected">The one network.</param>
    /// <param name="actual">The other.</param>
    /// <param name="sizes">How many images, their height and width, multiples of 32.</param>
    /// <returns>The largest difference of a value, divided by the largest magnitude in its map, or by 1 where that is less.</returns>
    public static double LargestDifference(
        INetwork expected, INetwork actual, params ReadOnlySpan<(int Images, int Height, int Width)> sizes)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        double largest = 0;
        foreach ((int images, int height, int width) in sizes)
        {
            InputImage image = new(width, height, width, height);
            using NetworkInput input = new([.. Enumerable.Repeat(image, images)], width, height);
            Random random = new(Seed);
            foreach (ref float value in input.Data)
            {
                value = (random.NextSingle() * 4) - 2; // as normalized images are
            }

            using NetworkOutput one = expected.Run(input);
            using NetworkOutput other = actual.Run(input);
            foreach (string name in one.Names)
            {
                largest = Math.Max(largest, Difference(one[name], other[name]));
            }
        }

        return largest;
    }

    private static double Difference(FeatureMap expected, FeatureMap actual)
    {
        ReadOnlySpan<float> a = expected.Data;
        ReadOnlySpan<float> b = actual.Data;
        if (a.Length != b.Length)
        {
            return double.PositiveInfinity;
        }

        double difference = 0;
        double magnitude = 1;
        for (int i = 0; i < a.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs(a[i] - b[i]));
            magnitude = Math.Max(magnitude, Math.Abs(a[i]));
        }

        return double.IsNaN(difference) ? double.PositiveInfinity : difference / magnitude;
    }
}
