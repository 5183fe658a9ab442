using System.Text;
using Panoptes.Inference;

namespace Panoptes.Tests.Onnx;

/// <summary>
/// ONNX files of a few nodes, encoded by hand as onnx.proto says: each field is its number, its kind, and a number or a length with
/// bytes.
/// </summary>
internal sealed class TinyOnnx
{
    public const int Float = 1;
    public const int Double = 11;

    private readonly List<byte> _nodes = [];
    private readonly List<byte> _outputs = [];

    /// <summary>The card of <see cref="EmbedMask"/>.</summary>
    public static ModelCard Card { get; } = ModelCard.Parse(
        """{"method":"embedmask","classes":[{"name":"cell","category_id":1}],"detection":{"strides":[8,16]},"embed_mask":{}}""");

    /// <summary>The network's input.</summary>
    public string Input { get; init; } = "images";

    /// <summary>The input's type.</summary>
    public int InputType { get; init; } = Float;

    /// <summary>Pixels along each side that the input must have; 0 for any.</summary>
    public int InputSide { get; init; }

    /// <summary>A network of EmbedMask with two levels: every output is the mean over blocks of the level's stride.</summary>
    /// <param name="except">An output to skip.</param>
    /// <param name="side">Pixels along each side of the input; 0 for any.</param>
    /// <param name="input">The input's name.</param>
    public static TinyOnnx EmbedMask(string? except = null, int side = 0, string input = "images")
    {
        TinyOnnx network = new() { InputSide = side, Input = input };
        foreach (string name in Card.ListOutputs().Where(name => name != except))
        {
            network.Mean(name, StrideOf(name));
        }

        return network;
    }

    /// <summary>The size of the blocks behind an output of <see cref="EmbedMask"/>.</summary>
    public static int StrideOf(string output) => output.EndsWith("p4", StringComparison.Ordinal) ? 16 : 8;

    /// <summary>Images of noise between -0.5 and 0.5.</summary>
    public static NetworkInput Images(int images, int width, int height, int seed)
    {
        NetworkInput input = new([.. Enumerable.Repeat(new InputImage(width, height, width, height), images)], width, height);
        Random random = new(seed);
        foreach (ref float value in input.Data)
        {
            value = random.NextSingle() - 0.5f;
        }

        return input;
    }

    /// <summary>Adds an output: means over blocks of size x size.</summary>
    public TinyOnnx Mean(string output, int size) =>
        Add(Node("AveragePool", Input, output, Ints("kernel_shape", size, size), Ints("strides", size, size))).Declare(output);

    /// <summary>Adds an output: the sum of all values, a tensor without dimensions.</summary>
    public TinyOnnx Sum(string output) => Add(Node("ReduceSum", Input, output, Int("keepdims", 0))).Declare(output, rank: 0);

    /// <summary>Adds an output: the input as 64-bit floats.</summary>
    public TinyOnnx Cast(string output) => Add(Node("Cast", Input, output, Int("to", Double))).Declare(output, type: Double);

    /// <summary>Adds an output: an operator applied many times, one after the other.</summary>
    public TinyOnnx Chain(string output, string operation, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Add(Node(operation, i == 0 ? Input : $"{output}_{i}", i == times - 1 ? output : $"{output}_{i + 1}"));
        }

        return Declare(output, type: InputType);
    }

    /// <summary>The file, with a card unless it is null.</summary>
    public byte[] Build(string? card)
    {
        byte[] input = Field(11, ValueInfo(Input, InputType, [0, 0, InputSide, InputSide]));
        byte[] graph = [.. _nodes, .. Field(2, "tiny"), .. input, .. _outputs];
        byte[] model = [.. Field(1, 8), .. Field(7, graph), .. Field(8, Field(2, 13))]; // ir_version, graph, opset_import
        return card is null ? model : [.. model, .. Field(14, [.. Field(1, ModelCard.MetadataKey), .. Field(2, card)])]; // metadata_props
    }

    private TinyOnnx Add(byte[] node)
    {
        _nodes.AddRange(Field(1, node));
        return this;
    }

    private TinyOnnx Declare(string output, int type = Float, int rank = 4)
    {
        _outputs.AddRange(Field(12, ValueInfo(output, type, new int[rank])));
        return this;
    }

    // ValueInfoProto: a tensor; a size of 0 is open.
    private static byte[] ValueInfo(string name, int type, int[] sizes)
    {
        byte[] shape = [.. sizes.SelectMany(size => Field(1, size == 0 ? [] : Field(1, size)))];
        return [.. Field(1, name), .. Field(2, Field(1, [.. Field(1, type), .. Field(2, shape)]))];
    }

    // NodeProto
    private static byte[] Node(string operation, string input, string output, params byte[][] attributes) =>
        [.. Field(1, input), .. Field(2, output), .. Field(4, operation), .. attributes.SelectMany(a => Field(5, a))];

    // AttributeProto of kind INTS
    private static byte[] Ints(string name, params long[] values) =>
        [.. Field(1, name), .. values.SelectMany(v => Field(8, v)), .. Field(20, 7)];

    // AttributeProto of kind INT
    private static byte[] Int(string name, long value) => [.. Field(1, name), .. Field(3, value), .. Field(20, 2)];

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] content) => [.. Varint((number << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Field(int number, long value) => [.. Varint(number << 3), .. Varint(value)];

    private static IEnumerable<byte> Varint(long value)
    {
        for (; value >= 128; value >>= 7)
        {
            yield return (byte)(value | 128);
        }

        yield return (byte)value;
    }
}
