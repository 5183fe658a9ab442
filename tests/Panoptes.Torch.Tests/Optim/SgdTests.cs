using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch.Optim;

namespace Panoptes.Torch.Tests.Optim;

public class SgdTests
{
    private const string Reference = """
        p, q = p.clone().requires_grad_(), q.clone().requires_grad_()
        if channels_last.item(): p.data = p.data.contiguous(memory_format=torch.channels_last)
        optimizer = torch.optim.SGD([
            {'params': [p], 'lr': 0.1, 'weight_decay': 0.01},
            {'params': [q], 'lr': 0.2, 'weight_decay': 0.0}], lr=0.1, momentum=momentum.item(), nesterov=bool(nesterov.item()))
        for i in range(4):
            for group, factor in zip(optimizer.param_groups, (1, 2)): group['lr'] = factor * 0.1 / (1 + i)
            optimizer.zero_grad()
            (torch.tanh(p).sum() * (i + 1) + (q * q).sum() + p.mean() * q.sum()).backward()
            optimizer.step()
        out['p'], out['q'] = p, q
        """;

    [Theory]
    [InlineData(DType.Float32, 0.9, false, false)]
    [InlineData(DType.Float32, 0.9, true, false)]
    [InlineData(DType.Float32, 0.0, false, false)]
    [InlineData(DType.Float32, 0.9, false, true)]
    [InlineData(DType.Float64, 0.9, false, false)]
    [InlineData(DType.Float64, 0.9, true, true)]
    public void Steps_equal_those_of_torch_optim_SGD(DType dtype, double momentum, bool nesterov, bool channelsLast)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(3);
        Tensor p = Tensor.Randn([17, 5, 3, 3], dtype);
        Tensor q = Tensor.Randn([40000], dtype);
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            Reference, ("p", p.ToOracle()), ("q", q.ToOracle()), ("momentum", momentum), ("nesterov", nesterov ? 1 : 0), ("channels_last", channelsLast ? 1 : 0));

        if (channelsLast)
            p = p.To(MemoryFormat.ChannelsLast);
        using Sgd sgd = Train(p, q, steps: 4, momentum, nesterov);
        // A few roundings of the first values, which are ten times as large as the last ones.
        double tolerance = dtype == DType.Float32 ? 2e-6 : 4e-15;
        expected["p"].AssertClose(p.Detach(), tolerance);
        expected["q"].AssertClose(q.Detach(), tolerance);
    }

    [Fact]
    public void A_gradient_in_another_memory_format_makes_the_same_step()
    {
        using TensorScope scope = new();
        Tensor start = Tensor.Randn([8, 4, 3, 3], DType.Float64);
        Tensor gradient = Tensor.Randn([8, 4, 3, 3], DType.Float64);
        foreach (bool nesterov in (bool[])[false, true])
        {
            Tensor[] results = [.. ((Tensor[])[gradient, gradient.To(MemoryFormat.ChannelsLast)]).Select(given =>
            {
                Tensor parameter = start.Clone();
                parameter.RequiresGrad = true;
                using Sgd sgd = new([new([("w", parameter)], 2, 0.1)], 0.1, nesterov: nesterov);
                for (int i = 0; i < 3; i++)
                {
                    // A detached parameter accepts a gradient of any layout.
                    parameter.Grad = given;
                    sgd.Step();
                }

                return parameter.Detach();
            })];
            Assert.True((results[0] - results[1]).Abs().Max().ToDouble() < 1e-14);
        }
    }

    [Fact]
    public void A_resumed_run_continues_bit_for_bit()
    {
        using TensorScope scope = new();
        Tensor p = Tensor.Randn([6, 4, 3, 3]).To(MemoryFormat.ChannelsLast), q = Tensor.Randn([100]);
        Tensor p2 = p.Clone(), q2 = q.Clone();
        using Sgd whole = Train(p, q, steps: 4);

        using Sgd firstHalf = Train(p2, q2, steps: 2);
        using Sgd secondHalf = Make(p2, q2);
        secondHalf.LoadState([.. firstHalf.State().Select(s => (s.Name, s.Value.Clone(MemoryFormat.Contiguous)))]);
        Train(secondHalf, p2, q2, 2, 4);

        Assert.Equal(p.Detach().ToArray<float>(), p2.Detach().ToArray<float>());
        Assert.Equal(q.Detach().ToArray<float>(), q2.Detach().ToArray<float>());
        Assert.Equal(["p.steps", "p.momentum", "q.steps", "q.momentum"], secondHalf.State().Select(s => s.Name));
    }

    [Fact]
    public void State_of_another_network_is_refused_and_changes_nothing()
    {
        using TensorScope scope = new();
        Tensor p = Tensor.Randn([2, 2, 1, 1]), q = Tensor.Randn([3]);
        using Sgd sgd = Train(p, q, steps: 1);
        float[] before = sgd.State().Single(s => s.Name == "p.momentum").Value.ToArray<float>();
        Assert.Contains("'r'", Assert.Throws<InvalidDataException>(() => sgd.LoadState([("r", Tensor.Zeros([3]))])).Message);
        Assert.Contains("[3, 1]", Assert.Throws<InvalidDataException>(() => sgd.LoadState(
            [("q.steps", Tensor.From<long>([1])), ("q.momentum", Tensor.Zeros([3, 1]))])).Message);
        Assert.Equal(before, sgd.State().Single(s => s.Name == "p.momentum").Value.ToArray<float>());
    }

    [Fact]
    public void Clipping_scales_to_the_maximum_and_returns_the_norm()
    {
        using TensorScope scope = new();
        Tensor p = Tensor.Zeros([2]), q = Tensor.Zeros([1]);
        using Sgd sgd = Make(p, q);
        Assert.Equal(0.0, sgd.ClipGradNorm(1));
        p.Grad = Tensor.From<float>([2, 3]);
        q.Grad = Tensor.From<float>([6]);
        Assert.Equal(7.0, sgd.ClipGradNorm(10), 1e-6);
        Assert.Equal([2f, 3], p.Grad!.ToArray<float>());
        Assert.Equal(7.0, sgd.ClipGradNorm(3.5), 1e-6);
        Assert.Equal(3.0, q.Grad!.ToDouble(), 1e-5);
        Assert.Equal(3.5, sgd.ClipGradNorm(double.PositiveInfinity), 1e-5);
        p.Grad = Tensor.From<float>([float.NaN, 1]);
        Assert.True(double.IsNaN(sgd.ClipGradNorm(1)));
        Assert.Equal(3.0, q.Grad!.ToDouble(), 1e-5);
    }

    [Fact]
    public void Parameters_without_a_gradient_stay_as_they_are()
    {
        using TensorScope scope = new();
        Tensor p = Tensor.Ones([2]), q = Tensor.Ones([2]);
        using Sgd sgd = Make(p, q);
        q.Grad = Tensor.Ones([2]);
        sgd.Step();
        Assert.Equal([1f, 1], p.Detach().ToArray<float>());
        Assert.Equal(["q.steps", "q.momentum"], sgd.State().Select(s => s.Name));
        sgd.ZeroGrad();
        Assert.Null(q.Grad);
    }

    [Fact]
    public void A_step_leaves_only_the_momentum_buffers_behind()
    {
        using TensorScope scope = new();
        Tensor p = Tensor.Ones([2, 3, 4, 5]), q = Tensor.Ones([2]);
        long before = Tensor.LiveCount;
        Sgd sgd = Make(p, q);
        for (int i = 0; i < 3; i++)
        {
            using TensorScope step = new();
            p.Grad = Tensor.Ones([2, 3, 4, 5]).To(MemoryFormat.ChannelsLast);
            q.Grad = Tensor.Ones([2]);
            sgd.ClipGradNorm(0.1);
            sgd.Step();
        }

        Assert.Equal(before + 2, Tensor.LiveCount);
        sgd.Dispose();
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void A_graph_that_needs_the_old_values_notices_a_step()
    {
        using TensorScope scope = new();
        Tensor p = Tensor.Ones([2]), q = Tensor.Ones([2]);
        using Sgd sgd = Make(p, q);
        Tensor loss = (p * p).Sum();
        p.Grad = Tensor.Ones([2]);
        sgd.Step();
        Assert.Contains("aten::_backward", Assert.Throws<TorchException>(() => loss.Backward()).Message);
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        using TensorScope scope = new();
        Tensor p = Tensor.Ones([2]);
        Assert.Throws<ArgumentException>(() => new Sgd([new([("a", p), ("b", p)])], 0.1));
        Assert.Throws<ArgumentException>(() => new Sgd([new([("a", p), ("a", Tensor.Ones([1]))])], 0.1));
        Assert.Throws<ArgumentException>(() => new Sgd([new([("a", p)])], 0.1, 0, nesterov: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([new([("a", p)])], double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([new([("a", p)])], 0.1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([new([("a", p)], WeightDecay: -1)], 0.1));
        using Sgd sgd = new([new([("a", p)])], 0.1);
        Assert.Throws<ArgumentOutOfRangeException>(() => sgd.ClipGradNorm(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => sgd.LearningRate = -1);
    }

    private static Sgd Make(Tensor p, Tensor q, double momentum = 0.9, bool nesterov = false)
    {
        p.RequiresGrad = true;
        q.RequiresGrad = true;
        return new Sgd([new([("p", p)], 1, 0.01), new([("q", q)], 2)], 0.1, momentum, nesterov);
    }

    private static Sgd Train(Tensor p, Tensor q, int steps, double momentum = 0.9, bool nesterov = false)
    {
        Sgd sgd = Make(p, q, momentum, nesterov);
        Train(sgd, p, q, 0, steps);
        return sgd;
    }

    private static void Train(Sgd sgd, Tensor p, Tensor q, int begin, int end)
    {
        for (int i = begin; i < end; i++)
        {
            sgd.LearningRate = 0.1 / (1 + i);
            sgd.ZeroGrad();
            (p.Tanh().Sum() * (i + 1) + (q * q).Sum() + p.Mean() * q.Sum()).Backward();
            sgd.Step();
        }
    }
}
