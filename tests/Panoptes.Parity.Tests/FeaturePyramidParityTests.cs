using System.Globalization;
using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models;

namespace Panoptes.Parity.Tests;

/// <summary>P3 to P7 against torchvision's pyramid with P6 and P7 on top.</summary>
public sealed class FeaturePyramidParityTests
{
    [Theory]
    [InlineData(ConvNorm.None)]
    [InlineData(ConvNorm.GroupNorm)]
    public void Levels_agree_with_torchvision(ConvNorm norm)
    {
        PythonOracle.SkipUnlessAvailable();
        using var scope = new TensorScope();
        TorchRuntime.Seed(8);
        int[] channels = [24, 48, 96];
        Tensor[] features = [.. channels.Select((c, i) => Tensor.Randn([2, c, 32 >> i, 24 >> i]))];
        using var pyramid = new FeaturePyramid(new FpnConfig { Channels = 64, Norm = norm, NormGroups = 16 }, channels);
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            """
            from functools import partial
            from torchvision.ops.feature_pyramid_network import FeaturePyramidNetwork, LastLevelP6P7
            torch.manual_seed(9)
            norm = partial(torch.nn.GroupNorm, 16) if group_norm else None
            network = FeaturePyramidNetwork([24, 48, 96], 64, extra_blocks=LastLevelP6P7(64, 64), norm_layer=norm)
            for parameter in network.parameters():
                if parameter.dim() == 1:
                    torch.nn.init.normal_(parameter, 0.3, 0.3)
            for key, value in network.state_dict().items():
                out['weight:' + key] = value
            with torch.no_grad():
                for index, level in enumerate(network({'3': c3, '4': c4, '5': c5}).values()):
                    out[f'level:{index}'] = level
            """,
            ("c3", features[0].ToOracle()),
            ("c4", features[1].ToOracle()),
            ("c5", features[2].ToOracle()),
            ("group_norm", norm == ConvNorm.GroupNorm ? 1 : 0));

        using var noGrad = new NoGrad();
        foreach ((string name, Tensor value) in pyramid.Parameters())
        {
            value.CopyInPlace(expected[$"weight:{TorchvisionName(name, norm)}"].ToTensor());
        }

        Tensor[] levels = pyramid.Forward(features);
        Assert.Equal(5, levels.Length);
        for (int i = 0; i < levels.Length; i++)
        {
            expected[$"level:{i}"].AssertClose(levels[i], 1e-4);
        }
    }

    // lateral3.weight is inner_blocks.0.0.weight there, output4.1.bias (behind a normalisation) layer_blocks.1.1.bias.
    private static string TorchvisionName(string name, ConvNorm norm)
    {
        string[] parts = name.Split('.');
        string rest = norm == ConvNorm.None ? $"0.{parts[^1]}" : string.Join('.', parts[1..]);
        string level = (parts[0][^1] - '3').ToString(CultureInfo.InvariantCulture);
        return parts[0][..^1] switch
        {
            "lateral" => $"inner_blocks.{level}.{rest}",
            "output" => $"layer_blocks.{level}.{rest}",
            _ => $"extra_blocks.{name}",
        };
    }
}
