using System.Text;
using Panoptes.Torch;
using Panoptes.Training.Import;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Import;

/// <summary>
/// Pickles that Python 2 wrote, of random numbers under Caffe2's names. They are those that detectron2's log lists for MSRA's R-50.pkl
/// (its issues 1688 and 1698), and those of networks that Caffe2 trained.
/// </summary>
[Collection(TorchCollection.Name)]
public sealed class Caffe2WeightsTests
{
    private const int Width = 4;

    private static readonly int[] s_depths = [3, 4, 6, 3];

    [Theory]
    [InlineData("gamma", "beta", "running_mean", "running_var")]
    [InlineData("s", "b", "rm", "riv")]
    [InlineData("s", "bias", "rm", "riv")]
    public void A_ResNet_50_comes_whole(string scale, string shift, string mean, string variance)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "R-50.pkl"), output = Path.Combine(folder.Path, "R-50.safetensors");
        List<(string Name, int[] Shape)> shapes = ResNet50([scale, shift, mean, variance]);
        shapes.AddRange([("conv1_b", [Width]), ("fc1000_w", [10, 32 * Width]), ("fc1000_b", [10])]);
        Dictionary<string, Blob> blobs = Fill(shapes);
        File.WriteAllBytes(path, Pickle(blobs, place: null));

        ImportResult result = WeightImport.Run(path, output);

        Assert.Equal(
            (WeightSource.Detectron2, "resnet50", "bgr", true, 1e-5),
            (result.Source, result.Backbone, result.ChannelOrder, result.StrideIn1x1, result.NormEpsilon));
        Assert.Equal(265, result.Matched.Count);
        Assert.Empty(result.Missing);
        Assert.Equal(["conv1_b"], result.LeftOver);
        (string Source, string Name)[] some =
        [
            ("conv1_w", "conv1.weight"),
            ($"res_conv1_bn_{scale}", "bn1.weight"),
            ($"res_conv1_bn_{shift}", "bn1.bias"),
            ($"res_conv1_bn_{mean}", "bn1.running_mean"),
            ($"res_conv1_bn_{variance}", "bn1.running_var"),
            ("res2_0_branch1_w", "layer1.0.downsample.0.weight"),
            ($"res2_0_branch1_bn_{scale}", "layer1.0.downsample.1.weight"),
            ($"res3_0_branch1_bn_{variance}", "layer2.0.downsample.1.running_var"),
            ($"res2_0_branch2a_bn_{shift}", "layer1.0.bn1.bias"),
            ("res4_5_branch2b_w", "layer3.5.conv2.weight"),
            ($"res5_2_branch2c_bn_{mean}", "layer4.2.bn3.running_mean"),
        ];
        using TensorScope scope = new();
        using WeightFile file = WeightFile.Open(output);
        Assert.All(some, tensor => Assert.Equal(blobs[tensor.Source].Values, file.Load(tensor.Name).ToArray<float>()));
    }

    [Fact]
    public void What_a_training_keeps_next_to_its_weights_is_left_over()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "R-50.pkl");
        string[] momentum = ["conv1_w_momentum", "res2_0_branch2a_bn_s_momentum", "res2_0_branch2a_w_momentum"];
        List<(string Name, int[] Shape)> shapes = ResNet50(["s", "b", "rm", "riv"]);
        shapes.AddRange([("pred_w", [10, 32 * Width]), ("pred_b", [10])]);
        shapes.AddRange(momentum.Select(name => (name, new[] { Width })));
        File.WriteAllBytes(path, Pickle(Fill(shapes), place: "blobs"));

        ImportResult result = WeightImport.Run(path, Path.Combine(folder.Path, "R-50.safetensors"));

        Assert.Equal(265, result.Matched.Count);
        Assert.Empty(result.Missing);
        Assert.Equal(momentum, result.LeftOver.Order());
    }

    private static List<(string Name, int[] Shape)> ResNet50(string[] norm)
    {
        List<(string Name, int[] Shape)> shapes = [("conv1_w", [Width, 3, 7, 7])];
        AddNorm("res_conv1_bn", Width);
        int inputs = Width;
        for (int stage = 0; stage < s_depths.Length; stage++)
        {
            int inside = Width << stage, outside = 4 * inside;
            for (int block = 0; block < s_depths[stage]; block++)
            {
                string branch = $"res{stage + 2}_{block}_branch";
                if (block == 0)
                {
                    AddLayer($"{branch}1", [outside, inputs, 1, 1]);
                }

                AddLayer($"{branch}2a", [inside, inputs, 1, 1]);
                AddLayer($"{branch}2b", [inside, inside, 3, 3]);
                AddLayer($"{branch}2c", [outside, inside, 1, 1]);
                inputs = outside;
            }
        }

        return shapes;

        void AddLayer(string name, int[] shape)
        {
            shapes.Add(($"{name}_w", shape));
            AddNorm($"{name}_bn", shape[0]);
        }

        void AddNorm(string name, int channels)
        {
            foreach (string part in norm)
            {
                shapes.Add(($"{name}_{part}", [channels]));
            }
        }
    }

    private static Dictionary<string, Blob> Fill(List<(string Name, int[] Shape)> shapes)
    {
        Random random = new(5);
        Dictionary<string, Blob> blobs = [];
        foreach ((string name, int[] shape) in shapes)
        {
            int count = shape.Aggregate(1, (product, side) => product * side);
            blobs.Add(name, new Blob(shape, [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() + 0.5f)]));
        }

        return blobs;
    }

    // Protocol 2: a dictionary of NumPy arrays of float32, whose bytes are texts of Python 2.
    private static byte[] Pickle(Dictionary<string, Blob> blobs, string? place)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        Write("\u0080\u0002}");
        if (place is not null)
        {
            WriteName(place);
            Write("}");
        }

        Write("(");
        foreach ((string name, Blob blob) in blobs)
        {
            WriteName(name);
            Write("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u0085U\u0001b\u0087R(K\u0001(");
            foreach (int side in blob.Shape)
            {
                Write("M");
                writer.Write((ushort)side);
            }

            Write("tcnumpy\ndtype\nU\u0002f4K\0K\u0001\u0087R");
            Write("(K\u0003U\u0001<NNNJ\u00FF\u00FF\u00FF\u00FFJ\u00FF\u00FF\u00FF\u00FFK\0tb\u0089T");
            writer.Write(sizeof(float) * blob.Values.Length);
            foreach (float value in blob.Values)
            {
                writer.Write(value);
            }

            Write("tb");
        }

        Write(place is null ? "u." : "us.");
        writer.Flush();
        return stream.ToArray();

        void Write(string latin1) => writer.Write(Encoding.Latin1.GetBytes(latin1));

        void WriteName(string name) => Write($"U{(char)name.Length}{name}");
    }

    private sealed record Blob(int[] Shape, float[] Values);
}
