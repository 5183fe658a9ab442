using System.Globalization;
using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models;

namespace Panoptes.Parity.Tests;

/// <summary>P3 to P7, or P2 to P7, against torchvision's pyramid with P6 and P7 on top.</summary>
public sealed class FeaturePyramidParityTests
{
    [Theory]
    [InlineData(ConvNorm.None, 3)]
    [InlineData(ConvNorm.GroupNorm, 3)]
    [InlineData(ConvNorm.None, 2)]
    [InlineData(ConvNorm.GroupNorm, 2)]
    public void Levels_agree_with_torchvision(ConvNorm norm, int first)
    {
        PythonOracle.SkipUnlessAvailable();
        using TensorScope scope = new();
        TorchRuntime.Seed(8);
        int[] all = [12, 24, 48, 96];
        int[] channels = all[(first - 2)..];
        Tensor[] features = [.. channels.Select((c, i) => Tensor.Randn([2, c, 32 >> i, 24 >> i]))];
        using FeaturePyramid pyramid = new(new FpnConfig { Channels = 64, Norm = norm, NormGroups = 16 }, channels);
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            """
            from functools import partial
            from torchvision.ops.feature_pyramid_network import FeaturePyramidNetwork, LastLevelP6P7
            torch.manual_seed(9)
            norm = partial(torch.nn.GroupNorm, 16) if group_norm else None
            channels = [x.shape[1] for x in (c2, c3, c4, c5) if x.numel() > 1]
            network = FeaturePyramidNetwork(channels, 64, extra_blocks=LastLevelP6P7(64, 64), norm_layer=norm)
            for parameter in network.parameters():
                if parameter.dim() == 1:
                    torch.nn.init.normal_(parameter, 0.3, 0.3)
            for key, value in network.state_dict().items():
                out['weight:' + key] = value
            with torch.no_grad():
                for index, level in enumerate(network({str(i): x for i, x in enumerate((c2, c3, c4, c5)) if x.numel() > 1}).values()):
                    out[f'level:{index}'] = level
            """,
            ("c2", (first == 2 ? features[0] : Tensor.Zeros([1])).ToOracle()),
            ("c3", features[^3].ToOracle()),
            ("c4", features[^2].ToOracle()),
            ("c5", features[^1].ToOracle()),
            ("group_norm", norm == ConvNorm.GroupNorm ? 1 : 0));

        using NoGrad noGrad = new();
        foreach ((string name, Tensor value) in pyramid.Parameters())
        {
            value.CopyInPlace(expected[$"weight:{TorchvisionName(name, norm, first)}"].ToTensor());
        }

        Tensor[] levels = pyramid.Forward(features);
        Assert.Equal(8 - first, levels.Length);
        for (int i = 0; i < levels.Length; i++)
        {
            expected[$"level:{i}"].AssertClose(levels[i], 1e-4);
        }
    }

    // From P3 on, lateral3.weight is inner_blocks.0.0.weight there, output4.1.bias (behind a normalization) layer_blocks.1.1.bias.
    private static string TorchvisionName(string name, ConvNorm norm, int first)
    {
        string[] parts = name.Split('.');
        string rest = norm == ConvNorm.None ? $"0.{parts[^1]}" : string.Join('.', parts[1..]);
        string level = (parts[0][^1] - '0' - first).ToString(CultureInfo.InvariantCulture);
        return parts[0][..^1] switch
        {
            "lateral" => $"inner_blocks.{level}.{rest}",
            "output" => $"layer_blocks.{level}.{rest}",
            _ => $"extra_blocks.{name}",
        };
    }
}
