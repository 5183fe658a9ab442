namespace Panoptes.Torch.Tests;

public class TensorTests
{
    [Fact]
    public void A_tensor_gives_back_the_values_it_was_made_from()
    {
        using TensorScope scope = new();
        Tensor tensor = Tensor.From<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        Assert.Equal([2, 3], tensor.Shape.ToArray());
        Assert.Equal([1f, 2, 3, 4, 5, 6], tensor.ToArray<float>());
        Assert.Equal([1f, 4, 2, 5, 3, 6], tensor.Transpose(0, 1).ToArray<float>());
        Assert.Equal(DType.Float32, tensor.DType);
    }

    [Fact]
    public void Gradients_flow_through_boxed_calls()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From<double>([1, -2, 3], [3]);
        x.RequiresGrad = true;
        Tensor loss = (x * x * 2.0 + x).Relu().Sum();
        loss.Backward();
        Assert.Equal([5.0, -7.0, 13.0], x.Grad!.ToArray<double>());
    }

    [Fact]
    public void An_error_names_the_operator_and_the_shapes()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Zeros([1, 3, 8, 8]);
        Tensor weight = Tensor.Zeros([4, 5, 3, 3]);
        TorchException error = Assert.Throws<TorchException>(() => x.Conv2d(weight));
        Assert.Contains("aten::conv2d", error.Message);
        Assert.Contains("[1, 3, 8, 8]", error.Message);
        Assert.Contains("[4, 5, 3, 3]", error.Message);
    }

    [Fact]
    public void A_scope_frees_what_was_made_in_it_and_keeps_what_it_is_told_to()
    {
        long before = Tensor.LiveCount;
        Tensor kept;
        using (TensorScope outer = new())
        {
            using (TensorScope scope = new())
            {
                Tensor x = Tensor.Ones([10]);
                kept = scope.Keep(x + x * 3.0);
                Assert.Equal(3, Tensor.LiveCount - before);
            }

            Assert.Equal(1, Tensor.LiveCount - before);
            Assert.Equal(4.0, kept.Mean().ToDouble());
        }

        Assert.Equal(before, Tensor.LiveCount);
        Assert.True(kept.IsDisposed);
    }

    [Fact]
    public void Operators_take_optional_arguments_and_return_tuples()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From<float>([3, 1, 2, 9, 8, 7], [2, 3]);
        (Tensor values, Tensor indices) = x.Max(1);
        Assert.Equal([3f, 9], values.ToArray<float>());
        Assert.Equal([0L, 0], indices.ToArray<long>());
        Tensor image = Tensor.Rand([1, 3, 16, 16]).Contiguous(MemoryFormat.ChannelsLast);
        Tensor up = image.UpsampleBilinear2d(default, false, [2, 2]);
        Assert.Equal([1, 3, 32, 32], up.Shape.ToArray());
        Assert.True(image.IsChannelsLast);
        Assert.Equal([2, 6], Tensor.Cat([x, x], 1).Shape.ToArray());
        Tensor picked = x.Index([null, Tensor.From<long>([2, 0])]);
        Assert.Equal([2f, 3, 7, 9], picked.ToArray<float>());
        Assert.Equal(8.0, x.Narrow(1, 1, 2).MaskedFill(x.Narrow(1, 1, 2).Lt(8), 0.0).Sum().ToDouble());
    }
}
