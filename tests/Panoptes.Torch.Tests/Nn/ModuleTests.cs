using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch.Nn;

namespace Panoptes.Torch.Tests.Nn;

public class ModuleTests
{
    [Fact]
    public void Names_are_dotted_and_buffers_stand_apart()
    {
        using Sequential network = Network();
        Assert.Equal(["0.weight", "1.weight", "1.bias", "3.weight", "3.bias"], network.Parameters().Select(p => p.Name));
        Assert.Equal(["1.running_mean", "1.running_var"], network.Buffers().Select(b => b.Name));
        Assert.All(network.Parameters(), p => Assert.True(p.Value.RequiresGrad));
        network.Freeze();
        Assert.All(network.Parameters(), p => Assert.False(p.Value.RequiresGrad));
    }

    [Fact]
    public void A_module_made_inside_a_scope_outlives_it_and_frees_all_when_disposed()
    {
        long before = Tensor.LiveCount;
        Sequential network;
        using (new TensorScope())
            network = Network();
        Assert.Equal(before + 7, Tensor.LiveCount);
        network.Dispose();
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Theory]
    [InlineData(MemoryFormat.Contiguous)]
    [InlineData(MemoryFormat.ChannelsLast)]
    public void Training_and_prediction_equal_those_of_torch_nn(MemoryFormat format)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(8);
        using Sequential network = Network();
        network.To(format);
        Tensor x = Tensor.Randn([3, 4, 6, 7]);
        (string, OracleArray)[] arrays =
            [("x", x.ToOracle()), .. network.State().Select(s => ($"t_{s.Name.Replace('.', '_')}", s.Value.Detach().ToOracle()))];

        Tensor y = network.Forward(x.To(format));
        y.Sigmoid().Sum().Backward();
        network.Train(false);
        Tensor prediction = network.Forward(x.To(format));

        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            """
            from torch import nn
            network = nn.Sequential(nn.Conv2d(4, 6, 3, 2, 1, bias=False), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 2, 1))
            for name, tensor in list(network.named_parameters()) + list(network.named_buffers()):
                if 'tracked' not in name: tensor.data.copy_(globals()['t_' + name.replace('.', '_')])
            y = network(x)
            torch.sigmoid(y).sum().backward()
            out['y'], out['prediction'] = y, network.eval()(x)
            out['mean'], out['variance'] = network[1].running_mean, network[1].running_var
            for name, parameter in network.named_parameters(): out[name] = parameter.grad
            """,
            arrays);
        expected["y"].AssertClose(y.Detach(), 1e-5);
        expected["prediction"].AssertClose(prediction.Detach(), 1e-5);
        expected["mean"].AssertClose(network.Buffers().First().Value, 1e-5);
        expected["variance"].AssertClose(network.Buffers().Last().Value, 1e-5);
        foreach ((string name, Tensor parameter) in network.Parameters())
        {
            // The batch normalization behind it takes every constant out of the first convolution: some gradients are nearly 0.
            expected[name].AssertClose(parameter.Grad!, 2e-5);
            Assert.Equal(parameter.IsContiguous, parameter.Grad!.IsContiguous);
        }
    }

    [Fact]
    public void A_folded_normalization_gives_the_same_as_one_behind_the_convolution()
    {
        using TensorScope scope = new();
        using Conv2d convolution = new(3, 5, 3, bias: false);
        using FrozenBatchNorm2d norm = new(5);
        foreach ((_, Tensor buffer) in norm.Buffers())
            Init.Uniform(buffer, 0.5, 2);
        Tensor x = Tensor.Randn([2, 3, 8, 8]);
        Tensor apart = norm.Forward(convolution.Forward(x)), folded = norm.Fold(convolution, x);
        Assert.True((apart - folded).Detach().Abs().Max().ToDouble() < 1e-5);
        Assert.Empty(norm.Parameters());
    }

    private static Sequential Network() => new([new Conv2d(4, 6, 3, 2, bias: false), new BatchNorm2d(6), new Relu(), new Conv2d(6, 2, 1)]);
}
