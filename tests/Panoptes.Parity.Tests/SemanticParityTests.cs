using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Training.Models.Semantic;

namespace Panoptes.Parity.Tests;

/// <summary>The branch that CIAE and semantic heads share, and the cross entropy, against PyTorch's layers.</summary>
public sealed class SemanticParityTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_branch_agrees_with_pytorchs_layers(bool coordConv)
    {
        PythonOracle.SkipUnlessAvailable();
        using var scope = new TensorScope();
        TorchRuntime.Seed(14);
        using var branch = new SemanticBranch(16, 24, 4, coordConv);
        Tensor[] features = [.. Enumerable.Range(0, 4).Select(i => Tensor.Randn([2, 16, 32 >> i, 48 >> i]))];
        using var noGrad = new NoGrad();
        foreach ((string name, Tensor value) in branch.Parameters().Where(p => p.Value.Rank == 1))
        {
            value.NormalInPlace(0.3, 0.3);
        }

        (string, OracleArray)[] weights = [.. branch.Parameters().Select(p => ($"w:{p.Name}", p.Value.ToOracle()))];
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            """
            def convolution(x, name):
                if 'w:' + name + '.conv.weight' in globals():
                    n, _, h, w = x.shape
                    columns = torch.linspace(-1, 1, w).view(1, 1, 1, w).expand(n, 1, h, w)
                    rows = torch.linspace(-1, 1, h).view(1, 1, h, 1).expand(n, 1, h, w)
                    return F.conv2d(torch.cat([x, columns, rows], 1), globals()['w:' + name + '.conv.weight'], padding=1)
                return F.conv2d(x, globals()['w:' + name + '.weight'], padding=1)
            total = 0
            for level, x in zip((2, 3, 4, 5), (p2, p3, p4, p5)):
                step = 3 if level == 2 else 4
                for i in range(max(1, level - 2)):
                    x = convolution(x, f'p{level}.{i * step}')
                    norm = f'w:p{level}.{i * step + 1}.'
                    x = F.relu(F.group_norm(x, 4, globals()[norm + 'weight'], globals()[norm + 'bias']))
                    if level > 2:
                        x = F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False)
                total = total + x
            out['sum'] = total
            """,
            [("p2", features[0].ToOracle()), ("p3", features[1].ToOracle()), ("p4", features[2].ToOracle()), ("p5", features[3].ToOracle()),
            .. weights]);
        expected["sum"].AssertClose(branch.Forward(features), 1e-4);
    }
}
