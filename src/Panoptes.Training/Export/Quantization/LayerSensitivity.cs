using Panoptes.Inference;
using Panoptes.Onnx;

namespace Panoptes.Training.Export.Quantization;

/// <summary>Orders layers by what 8 bits in one of them alone do to the network's outputs.</summary>
/// <param name="outputs">The names of the outputs.</param>
/// <param name="inputs">What the networks are run on.</param>
/// <param name="progress">Told the layers tried and in all.</param>
internal sealed class LayerSensitivity(
    IReadOnlyList<string> outputs, IReadOnlyList<CapturedInput> inputs, IProgress<(string Stage, int Done, int Total)>? progress)
{
    /// <summary>The most sensitive layer first.</summary>
    /// <param name="exact">The network in float.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="quantize">Gives the network with one layer in 8 bits.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public IReadOnlyList<string> Rank(
        INetwork exact, IReadOnlyList<string> layers, Func<string, OnnxModel> quantize, CancellationToken cancellationToken)
    {
        float[][] expected = Run(exact, cancellationToken);
        List<(string Layer, double Error)> errors = [];
        foreach (string layer in layers)
        {
            using OnnxNetwork network = quantize(layer).Open();
            errors.Add((layer, Error(expected, Run(network, cancellationToken))));
            progress?.Report(("try layers in 8 bits", errors.Count, layers.Count));
        }

        return [.. errors.OrderByDescending(entry => entry.Error).Select(entry => entry.Layer)];
    }

    // The mean over outputs of the squared error divided by the squared values: no output counts more for being larger.
    private static double Error(float[][] expected, float[][] actual)
    {
        double sum = 0;
        for (int map = 0; map < expected.Length; map++)
        {
            double error = 0, power = 0;
            for (int i = 0; i < expected[map].Length; i++)
            {
                double difference = actual[map][i] - expected[map][i];
                error += difference * difference;
                power += (double)expected[map][i] * expected[map][i];
            }

            sum += error / Math.Max(power, double.Epsilon);
        }

        return sum / expected.Length;
    }

    private float[][] Run(INetwork network, CancellationToken cancellationToken)
    {
        List<float[]> maps = [];
        foreach (CapturedInput captured in inputs)
        {
            using NetworkInput input = captured.Restore();
            using NetworkOutput output = network.Run(input, cancellationToken);
            maps.AddRange(outputs.Select(name => output[name].Data.ToArray()));
        }

        return [.. maps];
    }
}
