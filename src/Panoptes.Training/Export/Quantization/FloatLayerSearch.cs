using Panoptes.Inference;
using Panoptes.Onnx;

namespace Panoptes.Training.Export.Quantization;

/// <summary>
/// Finds the layers that must stay in float for a network to lose no more than allowed. With none it is tried first; where that loses too
/// much, each layer is put to 8 bits alone, and those that change the network's outputs most stay in float: 1, 2, 4, ... of them.
/// </summary>
internal sealed class FloatLayerSearch
{
    // Outputs are compared as numbers, hundreds of thousands an image, and times are medians: few images do.
    private const int FewImages = 4;

    private readonly OnnxModel _model;
    private readonly IReadOnlyDictionary<string, ValueRange> _ranges;
    private readonly IReadOnlySet<string> _kept;
    private readonly CalibrationImages _images;
    private readonly Int8Options _options;
    private readonly IProgress<(string Stage, int Done, int Total)>? _progress;
    private readonly IReadOnlyList<string> _layers;

    /// <param name="model">The network in float.</param>
    /// <param name="ranges">The ranges of all maps that are in 8 bits where only <paramref name="kept"/> stay in float.</param>
    /// <param name="kept">Layers that stay in float in any case.</param>
    /// <param name="images">The images.</param>
    /// <param name="options">What may be lost.</param>
    /// <param name="progress">Told what is done, and the steps done and in all.</param>
    public FloatLayerSearch(
        OnnxModel model,
        IReadOnlyDictionary<string, ValueRange> ranges,
        IReadOnlySet<string> kept,
        CalibrationImages images,
        Int8Options options,
        IProgress<(string Stage, int Done, int Total)>? progress)
    {
        (_model, _ranges, _kept, _images, _options, _progress) = (model, ranges, kept, images, options, progress);
        _layers = QuantizationPlan.Layers(model.Graph);
    }

    /// <summary>Searches.</summary>
    /// <param name="exported">The network in float, opened.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The network in 8 bits, and what it is worth.</returns>
    /// <exception cref="InputException">It loses too much, even with half of the layers in float.</exception>
    public (OnnxModel Quantized, Int8Result Result) Run(INetwork exported, CancellationToken cancellationToken)
    {
        NetworkQuality quality = new(_images, _options, _progress);
        double expected = quality.Measure(exported, "measure in float", cancellationToken);
        string[] candidates = [.. _layers.Where(layer => !_kept.Contains(layer))];
        int most = candidates.Length / 2;
        List<CapturedInput> inputs = CaptureInputs(exported, cancellationToken);
        IReadOnlyList<string>? sensitive = null;
        for (int count = 0; ; count = Math.Min(Math.Max(2 * count, 1), most))
        {
            HashSet<string> kept = [.. _kept, .. sensitive?.Take(count) ?? []];
            OnnxModel quantized = Quantize(kept);
            using OnnxNetwork network = quantized.Open();
            string stage = count == 0 ? "measure in 8 bits" : $"measure with {count} more in float";
            double figure = quality.Measure(network, stage, cancellationToken);
            if (expected - figure <= _options.MaxLoss)
            {
                (double floatTime, double int8Time) = NetworkTimes.Compare(exported, network, inputs, cancellationToken);
                string[] inFloat = [.. _layers.Where(kept.Contains)];
                return (quantized, new Int8Result(
                    quality.Name, expected, figure, quality.Images, floatTime, int8Time, _layers.Count, inFloat, Difference: 0));
            }

            if (count == most)
            {
                throw InputException.ForSetting(
                    "Int8Options.MaxLoss",
                    $"{quality.Name} falls from {expected:0.000} to {figure:0.000} with {count} of {_layers.Count} layers in float, and "
                    + $"{_options.MaxLoss} is allowed to be lost; nothing was written. Give more images like those that the model will see, "
                    + "or allow more");
            }

            sensitive ??= new LayerSensitivity(_model.Graph.Outputs, inputs, _progress)
                .Rank(exported, candidates, layer => Quantize([.. _layers.Where(other => other != layer)]), cancellationToken);
        }
    }

    private OnnxModel Quantize(HashSet<string> kept) => _model with
    {
        Graph = QuantizationPass.Apply(_model.Graph, new QuantizationPlan(_model.Graph, kept), _ranges),
    };

    private List<CapturedInput> CaptureInputs(INetwork exported, CancellationToken cancellationToken)
    {
        using InputCapture capture = new(exported);
        using Segmenter segmenter = new(capture);
        foreach (string path in CalibrationImages.Spread(_images.Calibration, FewImages))
        {
            segmenter.Segment(_images.Read(path, cancellationToken), cancellationToken);
        }

        return capture.Inputs;
    }
}
