using System.Text;
using Panoptes.Inference;
using Panoptes.Onnx;
using Panoptes.Testing;

namespace Panoptes.Parity.Tests;

/// <summary>A network that PyTorch exported, run by ONNX Runtime, against PyTorch itself.</summary>
public sealed class OnnxNetworkParityTests
{
    private const string Card =
        """{"method":"embedmask","classes":[{"name":"cell","category_id":1}],"detection":{"strides":[8,16]},"embed_mask":{}}""";

    private static readonly long[] s_sizes = [1, 64, 96, 3, 64, 96, 1, 160, 32, 2, 160, 32]; // N, H, W of each batch

    [Fact]
    public void Outputs_equal_pytorchs_for_several_sizes_and_batches()
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");
        IReadOnlyDictionary<string, OracleArray> answer = PythonOracle.Run(
            Scripts.Read("onnx"),
            ("inputs", OracleArray.From<long>(s_sizes, [s_sizes.Length / 3, 3])),
            ("card", OracleArray.From<byte>(Encoding.UTF8.GetBytes(Card), [Card.Length])));
        string path = Path.Combine(Path.GetTempPath(), $"panoptes-{Guid.NewGuid():n}.onnx");
        File.WriteAllBytes(path, answer["model"].Bytes);
        try
        {
            using OnnxNetwork network = OnnxNetwork.Load(path);
            for (int i = 0; i < s_sizes.Length / 3; i++)
            {
                (int count, int height, int width) = ((int)s_sizes[3 * i], (int)s_sizes[(3 * i) + 1], (int)s_sizes[(3 * i) + 2]);
                using NetworkInput input = new(
                    [.. Enumerable.Repeat(new InputImage(width, height, width, height), count)], width, height);
                answer[$"{i}:images"].ToArray<float>().CopyTo(input.Data);

                using NetworkOutput output = network.Run(input, TestContext.Current.CancellationToken);

                Assert.Equal(11, output.Names.Count());
                Assert.All(output.Names, name => ShouldEqual(answer[$"{i}:{name}"], output[name]));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void ShouldEqual(OracleArray expected, FeatureMap map)
    {
        Assert.Equal(expected.Shape, (long[])[map.Batch, map.Channels, map.Height, map.Width]);
        float[] values = expected.ToArray<float>();
        Assert.Contains(values, v => v != 0);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], map.Data[i], 1e-5f);
        }
    }
}
