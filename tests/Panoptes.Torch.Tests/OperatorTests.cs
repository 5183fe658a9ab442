using Panoptes.Testing;
using Panoptes.Testing.Torch;

namespace Panoptes.Torch.Tests;

/// <summary>Operators and their gradients, called through the door, against the same ones called from Python.</summary>
public sealed class OperatorTests : IDisposable
{
    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Grouped_convolution() => Compare(
        "y = F.conv2d(x, w, b, stride=2, padding=(1, 2), dilation=(1, 2), groups=2)",
        t => t["x"].Conv2d(t["w"], t["b"], [2, 2], [1, 2], [1, 2], 2),
        ("x", [2, 4, 9, 11]), ("w", [6, 2, 3, 3]), ("b", [6]));

    [Fact]
    public void Convolution_in_channels_last_order() => Compare(
        "y = F.conv2d(x, w, None, padding=1)",
        t => t["x"].Contiguous(MemoryFormat.ChannelsLast).Conv2d(t["w"].Contiguous(MemoryFormat.ChannelsLast), null, [1], [1]),
        ("x", [2, 8, 7, 5]), ("w", [4, 8, 3, 3]));

    [Fact]
    public void Group_normalization() => Compare(
        "y = F.group_norm(x, 3, w, b, 1e-4)",
        t => t["x"].GroupNorm(3, t["w"], t["b"], 1e-4),
        ("x", [2, 6, 4, 5]), ("w", [6]), ("b", [6]));

    [Fact]
    public void Batch_normalization_in_training() => Compare(
        "y = F.batch_norm(x, None, None, w, b, training=True, momentum=0.1, eps=1e-5)",
        t => t["x"].BatchNorm(t["w"], t["b"], null, null, true, 0.1, 1e-5),
        ("x", [3, 5, 4, 6]), ("w", [5]), ("b", [5]));

    [Fact]
    public void Bilinear_upsampling() => Compare(
        "y = F.interpolate(x, scale_factor=(2, 3), mode='bilinear', align_corners=False)",
        t => t["x"].UpsampleBilinear2d(default, false, [2, 3]),
        ("x", [1, 2, 5, 4]));

    [Fact]
    public void Nearest_upsampling_to_a_size() => Compare(
        "y = F.interpolate(x, size=(7, 9), mode='nearest')",
        t => t["x"].UpsampleNearest2d([7, 9], default),
        ("x", [1, 2, 5, 4]));

    [Fact]
    public void Pooling() => Compare(
        "y = F.max_pool2d(x, 3, 2, 1).sum() * F.adaptive_avg_pool2d(x, 2) + F.avg_pool2d(x, 2).mean()",
        t => t["x"].MaxPool2d([3, 3], [2, 2], [1, 1]).Sum() * t["x"].AdaptiveAvgPool2d([2, 2]) + t["x"].AvgPool2d([2, 2]).Mean(),
        ("x", [2, 3, 8, 9]));

    [Fact]
    public void Sorting_and_picking() => Compare(
        "v, i = torch.sort(x, dim=1, descending=True); y = v[:, :3] * torch.gather(x, 1, i)[:, 1:4] + torch.topk(x, 3, 1).values",
        t =>
        {
            (Tensor values, Tensor indices) = t["x"].Sort(true, 1, true);
            (Tensor top, _) = t["x"].Topk(3, 1);
            return values.Narrow(1, 0, 3) * t["x"].Gather(1, indices).Narrow(1, 1, 3) + top;
        },
        ("x", [4, 6]));

    [Fact]
    public void Indexing_with_and_without_gaps() => Compare(
        "i, j = torch.tensor([2, 0, 2]), torch.tensor([1, 1, 0]); y = x[i, :, j] + x[:, :, 1][i]",
        t =>
        {
            Tensor i = Tensor.From<long>([2, 0, 2]), j = Tensor.From<long>([1, 1, 0]);
            return t["x"].Index([i, null, j]) + t["x"].Select(2, 1).Index([i]);
        },
        ("x", [3, 4, 2]));

    [Fact]
    public void Losses_and_reductions() => Compare(
        "y = F.binary_cross_entropy_with_logits(x, torch.sigmoid(z), reduction='none').mean(1) + torch.log_softmax(z, 1).sum(1) + x.amax(1) + F.smooth_l1_loss(x, z)",
        t => t["x"].BinaryCrossEntropyWithLogits(t["z"].Sigmoid(), null, null, Reduction.None).Mean([1])
            + t["z"].LogSoftmax(1).Sum([1]) + t["x"].Amax([1]) + t["x"].SmoothL1Loss(t["z"]),
        ("x", [4, 5]), ("z", [4, 5]));

    [Fact]
    public void Composite_functions_pass_the_gradient_check()
    {
        TorchRuntime.Seed(5);
        Tensor x = Tensor.Randn([2, 4, 5, 5], DType.Float64), weight = Tensor.Randn([4, 2, 3, 3], DType.Float64);
        GradientCheck.Verify(
            t => t[0].Conv2d(t[1], null, [1, 1], [1, 1], [1, 1], 2).GroupNorm(2).Sigmoid().Sum([2, 3]).LogSoftmax(1), [x, weight]);
    }

    [Fact]
    public void The_gradient_check_finds_a_wrong_gradient()
    {
        Tensor x = Tensor.Randn([3], DType.Float64);
        Assert.ThrowsAny<Exception>(() => GradientCheck.Verify(t => t * t.Detach(), x));
        Assert.ThrowsAny<Exception>(() => GradientCheck.Verify(t => t / 0.0, x));
    }

    // Both sides start from the same inputs in double precision, and go back from the same random gradient.
    private static void Compare(string script, Func<Dictionary<string, Tensor>, Tensor> function, params (string Name, long[] Shape)[] inputs)
    {
        TorchRuntime.Seed(11);
        Dictionary<string, Tensor> tensors = inputs.ToDictionary(i => i.Name, i => Tensor.Randn(i.Shape, DType.Float64));
        (string, OracleArray)[] arrays = [.. tensors.Select(t => (t.Key, t.Value.ToOracle()))];
        foreach (Tensor tensor in tensors.Values)
            tensor.RequiresGrad = true;

        Tensor actual = function(tensors);
        Tensor gradient = Tensor.Randn(actual.Shape, DType.Float64);
        actual.Backward(gradient);

        string names = string.Join(", ", tensors.Keys.Select(n => $"'{n}'"));
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            $$"""
            leaves = {n: globals()[n].requires_grad_() for n in ({{names}},)}
            {{script}}
            y.backward(gradient)
            out['y'] = y
            for n, leaf in leaves.items(): out[n] = leaf.grad
            """,
            [.. arrays, ("gradient", gradient.ToOracle())]);
        expected["y"].AssertClose(actual.Detach(), 1e-12);
        foreach ((string name, Tensor tensor) in tensors)
            expected[name].AssertClose(tensor.Grad!, 1e-12);
    }
}
