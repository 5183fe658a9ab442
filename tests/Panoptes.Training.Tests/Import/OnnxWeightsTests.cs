using Panoptes.Training.Export;
using Panoptes.Training.Import;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Import;

/// <summary>ONNX files made by hand.</summary>
public sealed class OnnxWeightsTests
{
    [Fact]
    public void Two_tensors_for_one_name_are_refused()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "block.onnx");
        File.WriteAllBytes(path, Block("w0", "w1"));
        using (WeightFile file = WeightFile.Open(path))
        {
            Assert.Equal(["layer1.0.conv1.weight", "layer1.0.conv2.weight"], file.Shapes.Keys.Order());
        }

        File.WriteAllBytes(path, Block("w0", "w1", "layer1.0.conv1.weight"));
        InputException error = Assert.Throws<InputException>(() => WeightFile.Open(path));
        Assert.Equal($"{path}: 'w0' and 'layer1.0.conv1.weight' are the same tensor, 'layer1.0.conv1.weight'.", error.Message);
        Assert.Equal((path, InputErrorKind.Invalid), (error.File, error.Kind));
    }

    // The kernels of a residual block, w0 and w1, get names by their places in it.
    private static byte[] Block(params string[] tensors)
    {
        OnnxNode[] nodes =
        [
            new("Conv", ["x", "w0"], [], "c0"),
            new("BatchNormalization", ["c0", "s0", "b0", "m0", "v0"], [], "n0"),
            new("Relu", ["n0"], [], "r0"),
            new("Conv", ["r0", "w1"], [], "c1"),
            new("BatchNormalization", ["c1", "s1", "b1", "m1", "v1"], [], "n1"),
            new("Add", ["n1", "x"], [], "y"),
        ];
        ProtoMessage graph = new();
        foreach (OnnxNode node in nodes)
        {
            graph.Add(1, node.ToProto());
        }

        foreach (string name in tensors)
        {
            graph.Add(5, new ProtoMessage().Add(1, 1L).Add(2, 1L).Add(8, name).Add(9, new byte[sizeof(float)]));
        }

        return new ProtoMessage().Add(1, 9L).Add(7, graph).Bytes.ToArray();
    }
}
