using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch.Optim;

namespace Panoptes.Torch.Tests.Optim;

public class AdamWTests
{
    private const string Reference = """
        p, q = p.clone().requires_grad_(), q.clone().requires_grad_()
        optimizer = torch.optim.AdamW([
            {'params': [p], 'weight_decay': 0.01}, {'params': [q], 'weight_decay': 0.0}], lr=0.1, betas=(0.8, 0.99))
        for i in range(4):
            for group, factor in zip(optimizer.param_groups, (1, 2)): group['lr'] = factor * 0.1 / (1 + i)
            optimizer.zero_grad()
            (torch.tanh(p).sum() * (i + 1) + (q * q).sum() + p.mean() * q.sum()).backward()
            optimizer.step()
        out['p'], out['q'] = p, q
        """;

    [Theory]
    [InlineData(DType.Float32, 1e-6)]
    [InlineData(DType.Float64, 1e-14)]
    public void Steps_equal_those_of_torch_optim_AdamW(DType dtype, double tolerance)
    {
        using TensorScope scope = new();
        TorchRuntime.Seed(3);
        Tensor p = Tensor.Randn([17, 5, 3, 3], dtype), q = Tensor.Randn([400], dtype);
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(Reference, ("p", p.ToOracle()), ("q", q.ToOracle()));
        using AdamW optimizer = Make(p, q);
        Train(optimizer, p, q, 0, 4);
        expected["p"].AssertClose(p.Detach(), tolerance);
        expected["q"].AssertClose(q.Detach(), tolerance);
    }

    [Fact]
    public void A_resumed_run_continues_bit_for_bit()
    {
        using TensorScope scope = new();
        Tensor p = Tensor.Randn([6, 4, 3, 3]), q = Tensor.Randn([100]);
        Tensor p2 = p.Clone(), q2 = q.Clone();
        using AdamW whole = Make(p, q);
        Train(whole, p, q, 0, 4);
        using AdamW first = Make(p2, q2);
        Train(first, p2, q2, 0, 2);
        using AdamW second = Make(p2, q2);
        second.LoadState([.. first.State()]);
        Train(second, p2, q2, 2, 4);
        Assert.Equal(p.Detach().ToArray<float>(), p2.Detach().ToArray<float>());
        Assert.Equal(q.Detach().ToArray<float>(), q2.Detach().ToArray<float>());
    }

    private static AdamW Make(Tensor p, Tensor q)
    {
        p.RequiresGrad = q.RequiresGrad = true;
        return new AdamW([new([("p", p)], 1, 0.01), new([("q", q)], 2, 0)], 0.1, 0.8, 0.99);
    }

    private static void Train(AdamW optimizer, Tensor p, Tensor q, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            optimizer.LearningRate = 0.1 / (1 + i);
            optimizer.ZeroGrad();
            (p.Tanh().Sum() * (i + 1) + (q * q).Sum() + p.Mean() * q.Sum()).Backward();
            optimizer.Step();
        }
    }
}
