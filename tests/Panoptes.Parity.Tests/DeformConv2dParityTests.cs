using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Torch.Nn;

namespace Panoptes.Parity.Tests;

/// <summary>Deformable convolution, results and all gradients, against torchvision.ops.deform_conv2d.</summary>
public sealed class DeformConv2dParityTests
{
    // images, channels, height, width, outputs, kernel y and x, stride, padding, dilation, groups, offset groups, version 2, bias, spread
    public static TheoryData<long[], bool, bool, double> Cases => new()
    {
        { [1, 16, 8, 8, 16, 3, 3, 1, 1, 1, 1, 1], true, true, 1 },
        { [2, 32, 13, 11, 48, 3, 3, 1, 1, 1, 1, 1], false, false, 1 },
        { [2, 12, 15, 9, 18, 3, 3, 2, 1, 1, 3, 2], true, true, 3 },
        { [3, 12, 10, 17, 20, 3, 3, 1, 2, 2, 2, 4], true, false, 2 },
        { [2, 8, 9, 9, 6, 5, 3, 3, 0, 1, 2, 1], false, true, 2 },
        { [1, 20, 12, 7, 10, 1, 1, 2, 0, 1, 1, 5], true, true, 2 },
        { [2, 64, 23, 19, 64, 3, 3, 1, 1, 1, 32, 1], true, true, 1 },
        { [1, 128, 37, 29, 96, 3, 3, 1, 3, 3, 1, 2], true, true, 4 },
        { [4, 10, 1, 1, 7, 3, 3, 1, 1, 1, 1, 1], true, true, 0.5 },
        { [4, 10, 1, 1, 7, 1, 1, 1, 0, 1, 1, 1], false, true, 0.3 },
        { [2, 24, 6, 8, 16, 3, 3, 1, 1, 1, 1, 1], true, true, 50 }, // nearly all samples outside
        { [2, 24, 6, 8, 16, 3, 3, 1, 1, 1, 1, 1], true, true, 0 }, // all samples on pixels, and on the edge itself
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Results_and_gradients_agree_with_torchvision(long[] sizes, bool masked, bool bias, double spread)
    {
        PythonOracle.SkipUnlessAvailable();
        using TensorScope scope = new();
        TorchRuntime.Seed(17);
        (long images, long channels, long outputs, long y, long x) = (sizes[0], sizes[1], sizes[4], sizes[5], sizes[6]);
        (long stride, long padding, long dilation, long groups, long offsetGroups) = (sizes[7], sizes[8], sizes[9], sizes[10], sizes[11]);
        long height = Size(sizes[2], y), width = Size(sizes[3], x), taps = offsetGroups * y * x;
        Tensor input = Tensor.Randn([images, channels, sizes[2], sizes[3]]);
        Tensor offset = Tensor.Randn([images, 2 * taps, height, width]) * spread;
        Tensor mask = Tensor.Rand([images, taps, height, width]);
        Tensor weight = Tensor.Randn([outputs, channels / groups, y, x]);
        Tensor shift = Tensor.Randn([outputs]);
        Tensor gradient = Tensor.Randn([images, outputs, height, width]);
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            """
            from torchvision.ops import deform_conv2d
            leaves = dict(x=x, offset=offset, mask=mask, weight=weight, bias=bias)
            leaves = {k: v.requires_grad_() for k, v in leaves.items() if (k != 'mask' or masked) and (k != 'bias' or biased)}
            y = deform_conv2d(x, offset, weight, leaves.get('bias'), int(stride), int(padding), int(dilation), leaves.get('mask'))
            y.backward(gradient)
            out['y'] = y
            for name, leaf in leaves.items(): out[name] = leaf.grad
            """,
            ("x", input.ToOracle()),
            ("offset", offset.ToOracle()),
            ("mask", mask.ToOracle()),
            ("weight", weight.ToOracle()),
            ("bias", shift.ToOracle()),
            ("gradient", gradient.ToOracle()),
            ("stride", stride),
            ("padding", padding),
            ("dilation", dilation),
            ("masked", masked ? 1 : 0),
            ("biased", bias ? 1 : 0));

        (string Name, Tensor Value)[] leaves =
        [
            ("x", input.To(MemoryFormat.ChannelsLast)), ("offset", offset), ("mask", mask), ("weight", weight), ("bias", shift),
        ];
        leaves = [.. leaves.Select(leaf => (leaf.Name, leaf.Value.Detach()))];
        foreach ((_, Tensor leaf) in leaves)
        {
            leaf.RequiresGrad = true;
        }

        Tensor result = DeformConv2d.Convolve(
            leaves[0].Value,
            leaves[1].Value,
            masked ? leaves[2].Value : null,
            leaves[3].Value,
            bias ? leaves[4].Value : null,
            [stride, stride],
            [padding, padding],
            [dilation, dilation]);
        (result * gradient).Sum().Backward();
        expected["y"].AssertClose(result.Detach(), 1e-4);
        foreach ((string name, Tensor leaf) in leaves)
        {
            Assert.Equal(expected.ContainsKey(name), leaf.Grad is not null);
            if (leaf.Grad is { } found)
            {
                expected[name].AssertClose(found, 1e-4);
            }
        }

        long Size(long size, long kernel) => ((size + (2 * padding) - (dilation * (kernel - 1)) - 1) / stride) + 1;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_layer_agrees_with_one_built_of_torchvisions(bool modulated)
    {
        PythonOracle.SkipUnlessAvailable();
        using TensorScope scope = new();
        TorchRuntime.Seed(18);
        using DeformConv2d layer = new(12, 16, 3, stride: 2, groups: 2, dilation: 2, offsetGroups: 3, modulated: modulated);
        Init.Normal(layer.Offset.Weight, 0.1);
        Init.Normal(layer.Offset.Bias!, 0.5);
        Tensor x = Tensor.Randn([2, 12, 15, 18]);
        (string Name, OracleArray Value)[] state = [.. layer.State().Select(p => (p.Name.Replace('.', '_'), p.Value.Detach().ToOracle()))];
        layer.Forward(x.To(MemoryFormat.ChannelsLast)).Square().Sum().Backward();
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            """
            from torchvision.ops import deform_conv2d
            leaves = dict(offset_weight=offset_weight, offset_bias=offset_bias, conv_weight=conv_weight, conv_bias=conv_bias)
            for leaf in leaves.values(): leaf.requires_grad_()
            moves = F.conv2d(x, offset_weight, offset_bias, 2, 2, 2)
            offset, mask = moves[:, :54], torch.sigmoid(moves[:, 54:]) if modulated else None
            deform_conv2d(x, offset, conv_weight, conv_bias, 2, 2, 2, mask).square().sum().backward()
            for name, leaf in leaves.items(): out[name] = leaf.grad
            """,
            [("x", x.ToOracle()), ("modulated", modulated ? 1 : 0), .. state]);
        foreach ((string name, Tensor parameter) in layer.Parameters())
        {
            expected[name.Replace('.', '_')].AssertClose(parameter.Grad!, 1e-4);
        }
    }
}
