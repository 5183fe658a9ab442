using System.Globalization;
using Panoptes.Inference;
using Panoptes.Onnx;
using Panoptes.Torch;
using Panoptes.Torch.Tracing;
using Panoptes.Training.Models;

namespace Panoptes.Training.Export;

/// <summary>
/// Writes a network as an ONNX file for images of any size and number. The graph is a recording of the network at work
/// (<see cref="Tape"/>), so there is no second description of it. The model card travels in the file's metadata, as in a model file.
/// </summary>
public static class OnnxExport
{
    /// <summary>The version of ONNX's operators that a file uses.</summary>
    public const int OperatorSet = OnnxFileWriter.OperatorSet;

    // Another number of images, rows and columns than any number of channels, and not square.
    private static readonly long[] s_example = [1, 3, 64, 96];

    /// <summary>Writes a file; an existing one is replaced only when everything is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">The network, computing in float32.</param>
    /// <param name="precision">How its weights are stored.</param>
    /// <param name="cancellationToken">Ends the work; an older file stays as it was.</param>
    /// <exception cref="NotSupportedException">The network uses an operator that has no translation.</exception>
    public static void Write(
        string path,
        TorchNetwork network,
        ExportPrecision precision = ExportPrecision.Fp32,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        using TensorScope scope = new();
        using Tape tape = new();
        OnnxModel model = Record(network, tape);
        if (precision == ExportPrecision.Fp16)
        {
            model = model with { Graph = HalfWeights.Apply(model.Graph) };
        }

        cancellationToken.ThrowIfCancellationRequested();
        model.Write(path, cancellationToken);
    }

    /// <summary>Runs two networks that should be the same, such as a model and its export, on random images.</summary>
    /// <param name="expected">The one network.</param>
    /// <param name="actual">The other.</param>
    /// <param name="sizes">How many images, their height and width, multiples of 32.</param>
    /// <returns>The largest difference of a value, divided by the largest magnitude in its map, or by 1 where that is less.</returns>
    public static double LargestDifference(
        INetwork expected, INetwork actual, params ReadOnlySpan<(int Images, int Height, int Width)> sizes) =>
        NetworkComparison.LargestDifference(expected, actual, sizes);

    /// <summary>Records the network at work.</summary>
    /// <param name="network">The network.</param>
    /// <param name="tape">A new recording, which keeps the constants, as the caller's scope does: neither may end before the graph is used.
    /// </param>
    internal static OnnxModel Record(TorchNetwork network, Tape tape)
    {
        TrainableModel model = network.Model;
        using NoGrad noGrad = new();
        Tensor images = Tensor.Zeros(s_example, DType.Float32, model.Parameters().First().Value.Device);
        TapeValue input = tape.AddInput(images);
        (string Name, TapeValue Value)[] outputs = [.. model.Predict(images).Select(output => (output.Name, tape.ValueOf(output.Map)))];
        tape.Stop();
        return new OnnxModel(
            NormalizationFolding.Apply(Translate(tape, input, outputs, model)),
            [.. outputs.Select(output => OnnxGraph.Describe(output.Name, Sizes(output.Name, output.Value)))],
            network.Card);
    }

    private static OnnxGraph Translate(
        Tape tape, TapeValue input, IReadOnlyList<(string Name, TapeValue Value)> outputs, TrainableModel model)
    {
        OnnxGraph graph = new() { Outputs = [.. outputs.Select(output => output.Name)] };
        Dictionary<TapeValue, string> names = [];
        foreach ((string name, TapeValue value) in outputs)
        {
            if (value.Constant is null)
            {
                names.TryAdd(value, name);
            }
        }

        Dictionary<TapeValue, string> weights = [];
        foreach ((string name, Tensor weight) in model.State())
        {
            weights.TryAdd(tape.ValueOf(weight), name);
        }

        Dictionary<TapeValue, string> inputs = new() { [input] = OnnxNetwork.InputName };
        OnnxTranslation translation = new(graph, inputs, names) { Weights = weights };
        foreach (TapeStep step in Needed(tape, outputs))
        {
            translation.Add(step);
        }

        // What is not a result of a step of its own: a constant, or a value that is two outputs.
        foreach ((string name, TapeValue value) in outputs.Where(output => names.GetValueOrDefault(output.Value) != output.Name))
        {
            graph.Add("Identity", [translation.NameOf(value)], null, name);
        }

        return graph;
    }

    // The steps that an output depends on.
    private static List<TapeStep> Needed(Tape tape, IReadOnlyList<(string Name, TapeValue Value)> outputs)
    {
        HashSet<TapeValue> needed = [.. outputs.Select(output => output.Value)];
        List<TapeStep> steps = [];
        foreach (TapeStep step in tape.Steps.Reverse())
        {
            if (step.Results.Any(needed.Contains))
            {
                steps.Add(step);
                needed.UnionWith(step.Inputs);
            }
        }

        steps.Reverse();
        return steps;
    }

    private static (long Size, string Name)[] Sizes(string name, TapeValue value) => value.Constant is not null
        ? [.. value.Shape.Select(size => (size, ""))]
        :
        [
            (-1, "images"),
            (value.Shape[1], ""),
            (-1, string.Create(CultureInfo.InvariantCulture, $"{name}_height")),
            (-1, string.Create(CultureInfo.InvariantCulture, $"{name}_width")),
        ];
}
