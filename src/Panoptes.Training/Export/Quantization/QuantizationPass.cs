using Panoptes.Onnx;
using Panoptes.Torch;

namespace Panoptes.Training.Export.Quantization;

/// <summary>
/// Writes a plan into a graph: QuantizeLinear and DequantizeLinear around what computes in 8 bits, the form that runtimes recognize and turn
/// into operators of integers (onnxruntime.ai, "Quantize ONNX models", QDQ). Maps are of 8 bits without a sign, one scale each; weights have
/// a sign and a scale for each channel of the result, and reach from -64 to 64: two products of them fit the 16 bits in which processors
/// without VNNI add these, so that results are the same everywhere.
/// </summary>
internal sealed class QuantizationPass
{
    private const double LargestWeight = 64;

    // A channel without weights needs a scale all the same, one that its bias can be counted in.
    private const double LeastWeightPerBias = 1e-6;
    private const double LeastScale = 1e-12;

    private readonly OnnxGraph _graph;
    private readonly QuantizationPlan _plan;
    private readonly IReadOnlyDictionary<string, ValueRange> _ranges;
    private readonly Dictionary<string, double[]> _scales = []; // by weight: heads use theirs at every level of the pyramid

    private QuantizationPass(OnnxGraph graph, QuantizationPlan plan, IReadOnlyDictionary<string, ValueRange> ranges) =>
        (_graph, _plan, _ranges) = (graph, plan, ranges);

    /// <summary>Quantizes.</summary>
    /// <param name="graph">The graph in float, with its normalizations folded.</param>
    /// <param name="plan">What to quantize in it.</param>
    /// <param name="ranges">The ranges of at least those of the plan's values that are their own source.</param>
    /// <returns>Another graph; its constants are tensors of the caller's scope.</returns>
    public static OnnxGraph Apply(OnnxGraph graph, QuantizationPlan plan, IReadOnlyDictionary<string, ValueRange> ranges) =>
        new QuantizationPass(graph.With([]), plan, ranges).Run(graph.Nodes);

    private OnnxGraph Run(IEnumerable<OnnxNode> nodes)
    {
        Convert(OnnxNetwork.InputName);
        foreach (OnnxNode node in nodes)
        {
            string[] inputs = [.. node.Inputs.Select(Converted)];
            if (node.Type == "Conv" && _plan.Holds(node))
            {
                inputs[1] = Weight(node);
                if (inputs.Length > 2)
                {
                    inputs[2] = Bias(node);
                }
            }

            _graph.Nodes.Add(node with { Inputs = inputs });
            Convert(node.Output);
        }

        return _graph;
    }

    private string Converted(string value) => _plan.Values.Contains(value) ? $"{value}.restored" : value;

    // value -> 8 bits -> float again, which is what others take.
    private void Convert(string value)
    {
        if (!_plan.Values.Contains(value))
        {
            return;
        }

        string source = _plan.SourceOf(value);
        ValueRange range = _ranges[source];
        string scale = Constant($"{source}.scale", () => Tensor.From<float>([range.Scale], []));
        string zero = Constant($"{source}.zero_point", () => Tensor.From<byte>([range.ZeroPoint], []));
        _graph.Add("QuantizeLinear", [value, scale, zero], null, $"{value}.quantized");
        _graph.Add("DequantizeLinear", [$"{value}.quantized", scale, zero], null, Converted(value));
    }

    private string Weight(OnnxNode convolution)
    {
        string weight = convolution.Inputs[1], restored = $"{weight}.restored";
        if (!_graph.Constants.ContainsKey($"{weight}.int8"))
        {
            double[] scales = WeightScales(convolution);
            Tensor scale = Tensor.From<double>(scales); // [C]
            Tensor values = (_graph.Constants[weight].Values.To(Device.Cpu, DType.Float64) / scale.View([-1, 1, 1, 1])).Round();
            string[] inputs =
            [
                _graph.AddConstant($"{weight}.int8", values.Clamp(-LargestWeight, LargestWeight).To(DType.Int8)),
                _graph.AddConstant($"{weight}.scale", scale.To(DType.Float32)),
                _graph.AddConstant($"{weight}.zero_point", Tensor.Zeros([scales.Length], DType.Int8)),
            ];
            _graph.Add("DequantizeLinear", inputs, [("axis", 0L)], restored);
        }

        return restored;
    }

    // In 32 bits, counted in products of a stored pixel and a stored weight.
    private string Bias(OnnxNode convolution)
    {
        string bias = convolution.Inputs[2], name = $"{bias}.for.{convolution.Output}", restored = $"{name}.restored";
        float pixel = _ranges[_plan.SourceOf(convolution.Inputs[0])].Scale;
        double[] scales = [.. WeightScales(convolution).Select(scale => (double)((float)scale * pixel))];
        using Tensor values = _graph.Constants[bias].Values.To(Device.Cpu, DType.Float64);
        ReadOnlySpan<double> biases = values.AsSpan<double>();
        int[] stored = new int[scales.Length];
        for (int channel = 0; channel < stored.Length; channel++)
        {
            stored[channel] = (int)Math.Clamp(Math.Round(biases[channel] / scales[channel]), -int.MaxValue, int.MaxValue);
        }

        string[] inputs =
        [
            _graph.AddConstant($"{name}.int32", Tensor.From<int>(stored)),
            _graph.AddConstant($"{name}.scale", Tensor.From<float>([.. scales.Select(scale => (float)scale)])),
            _graph.AddConstant($"{name}.zero_point", Tensor.Zeros([stored.Length], DType.Int32)),
        ];
        return _graph.Add("DequantizeLinear", inputs, [("axis", 0L)], restored);
    }

    private double[] WeightScales(OnnxNode convolution)
    {
        string weight = convolution.Inputs[1];
        return _scales.TryGetValue(weight, out double[]? known) ? known : _scales[weight] = MeasureScales(convolution);
    }

    private double[] MeasureScales(OnnxNode convolution)
    {
        using TensorScope scope = new();
        Tensor weights = _graph.Constants[convolution.Inputs[1]].Values.To(Device.Cpu, DType.Float64);
        ReadOnlySpan<double> largest = weights.Abs().Amax([1, 2, 3]).AsSpan<double>();
        double[] scales = new double[largest.Length];
        ReadOnlySpan<double> biases = convolution.Inputs.Count > 2
            ? _graph.Constants[convolution.Inputs[2]].Values.To(Device.Cpu, DType.Float64).AsSpan<double>()
            : new double[largest.Length];
        for (int channel = 0; channel < scales.Length; channel++)
        {
            double least = Math.Max(Math.Abs(biases[channel]) * LeastWeightPerBias, LeastScale);
            scales[channel] = (float)Math.Max(largest[channel] / LargestWeight, least);
        }

        return scales;
    }

    private string Constant(string name, Func<Tensor> values) =>
        _graph.Constants.ContainsKey(name) ? name : _graph.AddConstant(name, values());
}
