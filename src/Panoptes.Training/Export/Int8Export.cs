using System.IO.Enumeration;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Onnx;
using Panoptes.Torch;
using Panoptes.Torch.Tracing;
using Panoptes.Training.Export.Quantization;
using Panoptes.Training.Models;

namespace Panoptes.Training.Export;

/// <summary>
/// Writes a network as an ONNX file that computes in integers of 8 bits, about a quarter of the file and the faster on processors that
/// multiply such. Ranges come from images (static quantization), weights have a scale for each channel, and layers that lose too much stay
/// in float. Both networks are compared before anything is written.
/// </summary>
public static class Int8Export
{
    /// <summary>Writes a file; an existing one is replaced only when everything is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">The network, computing in float32.</param>
    /// <param name="options">Images, and what may be lost.</param>
    /// <param name="progress">Told what is done, and the steps done and in all.</param>
    /// <param name="cancellationToken">Ends the work; an older file stays as it was.</param>
    /// <exception cref="InputException">No layer has a name of <see cref="Int8Options.KeepFloat"/>, an image is unreadable, or
    /// <see cref="Int8Options.MaxLoss"/> cannot be kept, even with half of the layers in float; nothing is written then.</exception>
    /// <exception cref="NotSupportedException">The network uses an operator that has no translation.</exception>
    /// <exception cref="DllNotFoundException">ONNX Runtime is not there.</exception>
    public static Int8Result Write(
        string path,
        TorchNetwork network,
        Int8Options options,
        IProgress<(string Stage, int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        using TensorScope scope = new();
        using Tape tape = new();
        OnnxModel model = OnnxExport.Record(network, tape);
        HashSet<string> kept = [.. options.KeepFloat.SelectMany(pattern => Match(pattern, QuantizationPlan.Layers(model.Graph)))];
        using OnnxNetwork exported = model.Open();
        double difference = OnnxExport.LargestDifference(network, exported, (1, 96, 64), (2, 128, 192));
        CalibrationImages images = CalibrationImages.Choose(options);
        QuantizationPlan plan = new(model.Graph, kept);
        IReadOnlyDictionary<string, ValueRange> ranges = Calibrate(model, plan, images, progress, cancellationToken);
        FloatLayerSearch search = new(model, ranges, kept, images, options, progress);
        (OnnxModel quantized, Int8Result result) = search.Run(exported, cancellationToken);
        quantized.Write(path, cancellationToken);
        return result with { Difference = difference };
    }

    /// <summary>The names of a network's layers that can compute in 8 bits, from the image to the outputs.</summary>
    /// <param name="network">The network.</param>
    public static IReadOnlyList<string> ListLayers(TorchNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        using TensorScope scope = new();
        using Tape tape = new();
        return QuantizationPlan.Layers(OnnxExport.Record(network, tape).Graph);
    }

    private static Dictionary<string, ValueRange> Calibrate(
        OnnxModel model,
        QuantizationPlan plan,
        CalibrationImages images,
        IProgress<(string Stage, int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        // Also those that share another value's range: where more layers stay in float, that value may be in float too.
        string[] shown = [.. plan.Values.Where(value => value != OnnxNetwork.InputName && !model.Graph.Outputs.Contains(value))];
        using OnnxNetwork network = model.Showing(shown).Open();
        using RangeRecorder recorder = new(network, plan.Values);
        using Segmenter segmenter = new(recorder);
        for (int i = 0; i < images.Calibration.Count; i++)
        {
            segmenter.Segment(images.Read(images.Calibration[i], cancellationToken), cancellationToken);
            progress?.Report(("calibrate", i + 1, images.Calibration.Count));
        }

        return new Dictionary<string, ValueRange>(recorder.Ranges);
    }

    private static void Check(Int8Options options)
    {
        if (options.Images.Count == 0)
        {
            throw InputException.ForSetting("Int8Options.Images", "at least one image is needed to learn the ranges of the network's maps");
        }

        if (options.MaxLoss is not (>= 0 and <= 1))
        {
            throw InputException.ForSetting("Int8Options.MaxLoss", $"{options.MaxLoss} is not allowed; it must lie in 0..1");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.CalibrationImages, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ComparedImages, 1, nameof(options));
    }

    private static string[] Match(string pattern, IReadOnlyList<string> layers)
    {
        string[] matched = [.. layers.Where(layer => FileSystemName.MatchesSimpleExpression(pattern, layer, ignoreCase: false))];
        return matched.Length > 0
            ? matched
            : throw InputException.ForSetting(
                "Int8Options.KeepFloat", $"no layer is named '{pattern}'; there are {string.Join(", ", layers)}");
    }
}
