using Panoptes.Torch.Nn;
using Panoptes.Torch.Tracing;

namespace Panoptes.Torch.Tests.Tracing;

public sealed class TapeTests
{
    [Fact]
    public void Steps_are_what_depends_on_an_input()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Tensor weight = Tensor.Full([3], 2);
        using Tape tape = new();
        Tensor x = Tensor.Ones([2, 3]);
        TapeValue input = tape.AddInput(x);
        Tensor scale = weight * weight + 1; // of constants alone
        Tensor y = (x * scale).Relu();
        tape.Stop();
        Tensor after = y.Exp();

        Assert.Equal(["aten::mul.Tensor", "aten::relu"], tape.Steps.Select(step => step.Operator));
        TapeStep product = tape.Steps[0];
        Assert.Same(input, product.Value(0));
        Assert.NotNull(product.Value(1).Constant);
        Assert.Null(product.Value(1).Producer);
        Assert.Equal([5f, 5, 5], product.Value(1).Constant!.ToArray<float>());
        Assert.Same(product, tape.Steps[1].Value(0).Producer);
        Assert.Same(tape.Steps[1].Results[0], tape.ValueOf(y));
        Assert.Equal([2L, 3], tape.ValueOf(y).Shape);
        Assert.NotNull(tape.ValueOf(after).Constant); // nothing is recorded after the end
    }

    [Fact]
    public void Arguments_are_kept_as_they_were()
    {
        using TensorScope scope = new();
        using Tape tape = new();
        Tensor x = Tensor.Ones([1, 1, 4, 6]);
        tape.AddInput(x);
        Tensor kernel = Tensor.Ones([1, 1, 1, 3]);
        x.Conv2d(kernel, null, [1, 2], [0, 1]);
        Tensor.Cat([x, x], 3).Narrow(3, 2, 5);
        x.UpsampleNearest2d(default, [2, 3]);

        TapeStep convolution = tape.Steps[0];
        Assert.Equal("aten::conv2d", convolution.Operator);
        Assert.Null(convolution.OptionalValue(2));
        Assert.Equal([1L, 2], convolution.Integers(3));
        Assert.Equal([0L, 1], convolution.Integers(4));
        Assert.Equal([1L, 1], convolution.Integers(5)); // not given: the schema's default
        Assert.Equal(1, convolution.Integer(6));
        Assert.Equal(2, tape.Steps[1].Values(0).Count);
        Assert.Equal([3L, 2, 5], [tape.Steps[2].Integer(1), tape.Steps[2].Integer(2), tape.Steps[2].Integer(3)]);
        Assert.Equal([2.0, 3], tape.Steps[3].Numbers(2));
        Assert.Throws<NotSupportedException>(() => convolution.Integer(0));
    }

    [Fact]
    public void In_place_operators_make_new_values()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using Tape tape = new();
        Tensor x = Tensor.Ones([2]);
        tape.AddInput(x);
        Tensor y = x + 1.0;
        TapeValue before = tape.ValueOf(y);
        y.ReluInPlace();
        TapeValue after = tape.ValueOf(y);
        Tensor z = x * y;

        Assert.NotSame(before, after);
        Assert.Equal("aten::relu_", after.Producer!.Operator);
        Assert.Same(before, after.Producer.Value(0));
        Assert.Same(after, tape.ValueOf(z).Producer!.Value(1));
    }

    [Fact]
    public void Writing_into_views_and_constants_is_refused()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using Tape tape = new();
        Tensor x = Tensor.Ones([4]);
        tape.AddInput(x);
        Tensor y = x + 1.0;
        Tensor part = y.Narrow(0, 0, 2);
        Tensor constant = Tensor.Ones([4]);

        Assert.Throws<NotSupportedException>(() => part.ReluInPlace());
        Assert.Throws<NotSupportedException>(() => y.ReluInPlace()); // its view would change too
        Assert.Throws<NotSupportedException>(() => constant.AddInPlace(x));
        constant.ReluInPlace();
        Assert.NotNull(tape.ValueOf(constant).Constant);
    }

    [Fact]
    public void Results_that_are_no_tensors_alone_are_refused()
    {
        using TensorScope scope = new();
        using Tape tape = new();
        Tensor x = Tensor.Ones([2, 2]);
        tape.AddInput(x);
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => x.Topk(1));
        Assert.Contains("aten::topk", error.Message, StringComparison.Ordinal);
        Tensor.Ones([2, 2]).Topk(1); // of constants it may be
    }

    [Fact]
    public void Constants_outlive_the_computation_but_not_the_tape()
    {
        long before = Tensor.LiveCount;
        using (TensorScope scope = new())
        using (Tape tape = new())
        {
            Tensor x = Tensor.Ones([2]);
            tape.AddInput(x);
            Tensor y;
            using (TensorScope inner = new())
            {
                y = inner.Keep(x * (Tensor.Ones([2]) * 3.0));
            }

            Assert.Equal([3f, 3], tape.ValueOf(y).Producer!.Value(1).Constant!.ToArray<float>());
        }

        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void A_composite_is_one_step()
    {
        using TensorScope scope = new();
        using Tape tape = new();
        Tensor x = Tensor.Ones([2]);
        tape.AddInput(x);
        Tensor y = Tape.Composite("own::double_and_add", [x, 3], () => x * 2.0 + 3.0);
        Assert.Equal([5f, 5], y.ToArray<float>());
        TapeStep step = Assert.Single(tape.Steps);
        Assert.Equal("own::double_and_add", step.Operator);
        Assert.Equal(3, step.Integer(1));
        Assert.Same(step, tape.ValueOf(y).Producer);
        Assert.Throws<InvalidOperationException>(() => Tape.Composite("own::fails", [x], () => throw new InvalidOperationException()));
        Assert.Equal("aten::add.Scalar", tape.ValueOf(x + 1.0).Producer!.Operator); // it goes on recording
    }

    [Fact]
    public void Layers_are_the_operators_they_stand_for()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using Conv2d convolution = new(4, 4, 3);
        using GroupNorm norm = new(2, 4);
        using DeformConv2d deformable = new(4, 4, 3);
        using Tape tape = new();
        Tensor x = Tensor.Ones([1, 4, 16, 16]);
        tape.AddInput(x);
        deformable.Forward(norm.Forward(convolution.Forward(x)).ReluInPlace());
        Assert.Equal(
            [
                "aten::conv2d", "aten::group_norm", "aten::relu_",
                "aten::conv2d", "aten::narrow", "aten::narrow", "aten::sigmoid", "torchvision::deform_conv2d",
            ],
            tape.Steps.Select(step => step.Operator));
        Assert.Equal([1L, 1], tape.Steps[0].Integers(4));
    }

    [Fact]
    public void Tapes_are_of_their_own_thread()
    {
        using TensorScope scope = new();
        using Tape tape = new();
        Tensor x = Tensor.Ones([2]);
        tape.AddInput(x);
        Thread other = new(() => (x + 1.0).Dispose());
        other.Start();
        other.Join();
        Assert.Empty(tape.Steps);
    }
}
