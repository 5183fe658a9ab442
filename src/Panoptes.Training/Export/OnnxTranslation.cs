using Panoptes.Torch;
using Panoptes.Torch.Tracing;
using Panoptes.Training.Models;

namespace Panoptes.Training.Export;

/// <summary>
/// Turns the recorded steps of a network into ONNX operators (github.com/onnx/onnx, docs/Operators.md). Nothing is written that holds for
/// one size of images: sizes come from the maps themselves.
/// </summary>
internal sealed class OnnxTranslation
{
    private readonly OnnxGraph _graph;
    private readonly Dictionary<TapeValue, string> _names;
    private readonly IReadOnlyDictionary<TapeValue, string> _outputs;
    private readonly Dictionary<(float Value, long Count), string> _repeated = [];
    private int _constants;

    /// <param name="graph">Takes the operators.</param>
    /// <param name="inputs">The names of the inputs.</param>
    /// <param name="outputs">The names of values that are outputs of the graph.</param>
    public OnnxTranslation(
        OnnxGraph graph, IReadOnlyDictionary<TapeValue, string> inputs, IReadOnlyDictionary<TapeValue, string> outputs) =>
        (_graph, _names, _outputs) = (graph, new(inputs), outputs);

    /// <summary>The names of weights, by their values.</summary>
    public required Dictionary<TapeValue, string> Weights { private get; init; }

    /// <summary>Adds the operators of one step.</summary>
    /// <exception cref="NotSupportedException">There is no translation for it.</exception>
    public void Add(TapeStep step)
    {
        string? output = _outputs.GetValueOrDefault(step.Results[0]);
        _names[step.Results[0]] = Translate(step, output);
    }

    /// <summary>A value's name in the graph; a constant that was not used yet is added.</summary>
    public string NameOf(TapeValue value)
    {
        if (!_names.TryGetValue(value, out string? name))
        {
            Tensor constant = value.Constant
                ?? throw new InvalidOperationException($"The value of {value.Producer?.Operator} is used before it is computed.");
            name = _graph.AddConstant(Weights.GetValueOrDefault(value) ?? DerivedName(value), constant, isWeight: true);
            _names.Add(value, name);
        }

        return name;
    }

    // A weight that the network itself put a frozen normalization into is still that weight.
    private string DerivedName(TapeValue value)
    {
        TapeValue? origin = value.Origin;
        while (origin is not null && !Weights.ContainsKey(origin))
        {
            origin = origin.Origin;
        }

        return origin is null ? $"weight_{_constants++}" : $"{Weights[origin]}{NormalizationFolding.Separator}{_constants++}";
    }

    private string Translate(TapeStep step, string? output) => step.Operator switch
    {
        "aten::conv2d" => Convolution(step, output),
        "torchvision::deform_conv2d" => DeformableConvolution(step, output),
        "aten::batch_norm" => BatchNormalization(step, output),
        "aten::group_norm" => GroupNormalization(step, output),
        "aten::relu" or "aten::relu_" => Unary("Relu", step, output),
        "aten::sigmoid" => Unary("Sigmoid", step, output),
        "aten::exp" => Unary("Exp", step, output),
        "aten::clone" or "aten::contiguous" or "aten::alias" or "aten::detach" or "aten::to.dtype" or "aten::to.device" =>
            Unary("Identity", step, output),
        "aten::clamp_max" => _graph.Add("Min", [Input(step, 0), _graph.Number(step.Number(1))], null, output),
        "aten::add.Tensor" or "aten::add_.Tensor" or "aten::add.Scalar" or "aten::add_.Scalar" => Sum(step, output),
        "aten::mul.Tensor" or "aten::mul_.Tensor" => Binary("Mul", step, output),
        "aten::div.Tensor" or "aten::div_.Tensor" => Binary("Div", step, output),
        "aten::mul.Scalar" or "aten::mul_.Scalar" => WithNumber("Mul", step, output),
        "aten::div.Scalar" or "aten::div_.Scalar" => WithNumber("Div", step, output),
        "aten::max_pool2d" => MaxPool(step, output),
        "aten::upsample_nearest2d.vec" => Upsample(step, step.Numbers(2), "nearest", output),
        "aten::upsample_bilinear2d.vec" => Upsample(step, step.Numbers(3), "linear", output),
        "aten::narrow" => Narrow(step, output),
        "aten::cat" => _graph.Add("Concat", [.. step.Values(0).Select(NameOf)], [("axis", step.Integer(1))], output),
        "aten::full_like" => _graph.Add("Expand", [_graph.Number(step.Number(1)), Shape(step, 0)], null, output),
        "aten::repeat" => _graph.Add("Tile", [Input(step, 0), _graph.Integers([.. step.Integers(1)])], null, output),
        Places.EnlargeToStep => EnlargeTo(step, output),
        Places.BetweenOnesStep => PlacesBetweenOnes(step, output),
        Places.InPixelsStep => PlacesInPixels(step, output),
        _ => throw new NotSupportedException($"{step.Operator} has no translation to ONNX"),
    };

    private string Input(TapeStep step, int argument) => NameOf(step.Value(argument));

    // An optional input that is skipped has an empty name.
    private string OptionalInput(TapeStep step, int argument) => step.OptionalValue(argument) is { } value ? NameOf(value) : "";

    private string Unary(string type, TapeStep step, string? output) => _graph.Add(type, [Input(step, 0)], null, output);

    private string Binary(string type, TapeStep step, string? output) => _graph.Add(type, [Input(step, 0), Input(step, 1)], null, output);

    private string WithNumber(string type, TapeStep step, string? output) =>
        _graph.Add(type, [Input(step, 0), _graph.Number(step.Number(1))], null, output);

    private string Shape(TapeStep step, int argument) => _graph.Add("Shape", [Input(step, argument)]);

    private string Sum(TapeStep step, string? output)
    {
        if (step.IsGiven(2) && step.Number(2) != 1)
        {
            throw new NotSupportedException($"{step.Operator} with a factor has no translation to ONNX");
        }

        return step.Operator.EndsWith(".Scalar", StringComparison.Ordinal) ? WithNumber("Add", step, output) : Binary("Add", step, output);
    }

    // conv2d(input, weight, bias, stride, padding, dilation, groups)
    private string Convolution(TapeStep step, string? output)
    {
        IReadOnlyList<long> padding = step.Integers(4, 0, 0);
        List<string> inputs = [Input(step, 0), Input(step, 1)];
        if (step.OptionalValue(2) is { } bias)
        {
            inputs.Add(NameOf(bias));
        }

        return _graph.Add(
            "Conv",
            inputs,
            [
                ("kernel_shape", KernelOf(step, 1)),
                ("strides", step.Integers(3, 1, 1)),
                ("pads", BothSides(padding)),
                ("dilations", step.Integers(5, 1, 1)),
                ("group", step.Integer(6, 1)),
            ],
            output);
    }

    // deform_conv2d(input, weight, offset, mask, bias, stride, padding, dilation). Channels of offsets and masks lie as in ONNX: per group
    // and tap (dy, dx).
    private string DeformableConvolution(TapeStep step, string? output)
    {
        IReadOnlyList<long> input = step.Value(0).Shape;
        IReadOnlyList<long> weight = step.Value(1).Shape;
        return _graph.Add(
            "DeformConv",
            [Input(step, 0), Input(step, 1), Input(step, 2), OptionalInput(step, 4), OptionalInput(step, 3)],
            [
                ("kernel_shape", KernelOf(step, 1)),
                ("strides", step.Integers(5)),
                ("pads", BothSides(step.Integers(6))),
                ("dilations", step.Integers(7)),
                ("group", input[1] / weight[1]),
                ("offset_group", step.Value(2).Shape[1] / (2 * weight[2] * weight[3])),
            ],
            output);
    }

    private static long[] KernelOf(TapeStep step, int weight) => [step.Value(weight).Shape[2], step.Value(weight).Shape[3]];

    private static long[] BothSides(IReadOnlyList<long> padding) => [padding[0], padding[1], padding[0], padding[1]];

    // batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, cudnn_enabled)
    private string BatchNormalization(TapeStep step, string? output)
    {
        if (step.Flag(5))
        {
            throw new NotSupportedException("batch normalization by the batch's own statistics has no translation to ONNX");
        }

        return _graph.Add(
            "BatchNormalization",
            [Input(step, 0), Input(step, 1), Input(step, 2), Input(step, 3), Input(step, 4)],
            [("epsilon", (float)step.Number(7))],
            output);
    }

    // group_norm(input, groups, weight, bias, eps, relu): each group of channels as one row, normalized, and brought back to its shape.
    private string GroupNormalization(TapeStep step, string? output)
    {
        long groups = step.Integer(1);
        long channels = step.Value(0).Shape[1];
        string rows = _graph.Add("Reshape", [Input(step, 0), _graph.Integers(0, groups, -1)]);
        string normalized = _graph.Add(
            "InstanceNormalization",
            [rows, Repeated(1, groups), Repeated(0, groups)],
            [("epsilon", (float)step.Number(4))]);
        string shaped = _graph.Add("Reshape", [normalized, Shape(step, 0)]);
        string scale = _graph.Add("Reshape", [Input(step, 2), _graph.Integers(channels, 1, 1)]);
        string shift = _graph.Add("Reshape", [Input(step, 3), _graph.Integers(channels, 1, 1)]);
        string scaled = _graph.Add("Mul", [shaped, scale]);
        return _graph.Add("Add", [scaled, shift], null, output);
    }

    private string Repeated(float value, long count)
    {
        if (!_repeated.TryGetValue((value, count), out string? name))
        {
            name = _graph.AddConstant($"all_{value:0}_{count}", Tensor.Full([count], value));
            _repeated.Add((value, count), name);
        }

        return name;
    }

    // max_pool2d(input, kernel, stride, padding, dilation, ceil_mode)
    private string MaxPool(TapeStep step, string? output)
    {
        IReadOnlyList<long> kernel = step.Integers(1);
        return _graph.Add(
            "MaxPool",
            [Input(step, 0)],
            [
                ("kernel_shape", kernel),
                ("strides", step.Integers(2, [.. kernel])),
                ("pads", BothSides(step.Integers(3, 0, 0))),
                ("dilations", step.Integers(4, 1, 1)),
                ("ceil_mode", step.Flag(5) ? 1L : 0),
            ],
            output);
    }

    private string Upsample(TapeStep step, IReadOnlyList<double> factors, string mode, string? output)
    {
        bool corners = mode == "linear" && step.Flag(2);
        if (factors.Count == 0 || corners)
        {
            throw new NotSupportedException($"{step.Operator} to a fixed size, or with aligned corners, has no translation to ONNX");
        }

        string scales = _graph.AddConstant($"scales_{_constants++}", Tensor.From<float>([1, 1, (float)factors[0], (float)factors[1]]));
        return _graph.Add("Resize", [Input(step, 0), "", scales], Interpolation(mode), output);
    }

    private string EnlargeTo(TapeStep step, string? output)
    {
        string sizes = _graph.Add("Concat", [Size(Shape(step, 0), 0, 2), Size(Shape(step, 1), 2, 4)], [("axis", 0L)]);
        return _graph.Add("Resize", [Input(step, 0), "", "", sizes], Interpolation("linear"), output);
    }

    private static (string Name, object Value)[] Interpolation(string mode) => mode == "nearest"
        ? [("mode", mode), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")]
        : [("mode", mode), ("coordinate_transformation_mode", "half_pixel")];

    // narrow(input, dim, start, length)
    private string Narrow(TapeStep step, string? output)
    {
        (long dim, long start) = (step.Integer(1), step.Integer(2));
        return _graph.Add(
            "Slice",
            [Input(step, 0), _graph.Integers(start), _graph.Integers(start + step.Integer(3)), _graph.Integers(dim)],
            null,
            output);
    }

    private string PlacesBetweenOnes(TapeStep step, string? output)
    {
        string shape = Shape(step, 0);
        return Grid(shape, Size(shape, 0, 1), Line, output);

        // -1 + 2 i / (n - 1); a single place is the first.
        string Line(string count)
        {
            string steps = _graph.Add("Max", [_graph.Add("Sub", [ToFloat(count), _graph.Number(1)]), _graph.Number(1)]);
            string doubled = _graph.Add("Mul", [Count(count), _graph.Number(2)]);
            return _graph.Add("Sub", [_graph.Add("Div", [doubled, steps]), _graph.Number(1)]);
        }
    }

    private string PlacesInPixels(TapeStep step, string? output)
    {
        long stride = step.Integer(1);
        return Grid(Shape(step, 0), _graph.Integers(1), Line, output);

        string Line(string count) =>
            _graph.Add("Add", [_graph.Add("Mul", [Count(count), _graph.Number(stride)]), _graph.Number(stride / 2)]);
    }

    // [N, 2, h, w] of the lines of a shape's columns and rows.
    private string Grid(string shape, string images, Func<string, string> line, string? output)
    {
        string size = Size(shape, 2, 4);
        string target = _graph.Add("Concat", [images, _graph.Integers(1), size], [("axis", 0L)]);
        string columns = _graph.Add("Reshape", [line(Single(shape, 3)), _graph.Integers(1, 1, 1, -1)]);
        string rows = _graph.Add("Reshape", [line(Single(shape, 2)), _graph.Integers(1, 1, -1, 1)]);
        string[] maps = [_graph.Add("Expand", [columns, target]), _graph.Add("Expand", [rows, target])];
        return _graph.Add("Concat", maps, [("axis", 1L)], output);
    }

    // 0, 1, ... up to a count, as numbers.
    private string Count(string count) => ToFloat(_graph.Add("Range", [_graph.Integer(0), count, _graph.Integer(1)]));

    private string ToFloat(string value) => _graph.Add("Cast", [value], [("to", 1L)]);

    private string Single(string shape, long dimension) => _graph.Add("Gather", [shape, _graph.Integer(dimension)]);

    private string Size(string shape, long from, long to) => _graph.Add("Slice", [shape, _graph.Integers(from), _graph.Integers(to)]);
}
