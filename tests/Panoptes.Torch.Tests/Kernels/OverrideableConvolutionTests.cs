using Panoptes.Torch.Interop;
using Panoptes.Torch.Kernels;
using Panoptes.Torch.Kernels.Winograd;
using Panoptes.Torch.Nn;

namespace Panoptes.Torch.Tests.Kernels;

/// <summary>Our kernels behind libtorch's operator: what they take, and what happens where they fail.</summary>
public class OverrideableConvolutionTests
{
    [Fact]
    public void A_kernel_that_fails_is_an_exception_and_leaves_nothing_behind()
    {
        Assert.SkipUnless(OverrideableConvolution.IsSupported, "no AVX2");
        using TensorScope scope = new();
        Tensor x = Tensor.Ones([1, 16, 4, 4]).To(MemoryFormat.ChannelsLast), weight = Tensor.Ones([3]);
        TorchException error = Assert.Throws<TorchException>(
            () => OverrideableConvolution.Call(x, weight, null, [1, 1], [0, 0], [1, 1], [3, 3, 16, 1, 0, 0], 1));
        Assert.Contains("do not go together", error.Message, StringComparison.Ordinal);
        OverrideableConvolution.ThrowIfFailed();
    }

    [Fact]
    public unsafe void A_second_derivative_of_the_deformable_convolution_is_an_error()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Randn([1, 16, 8, 8]).Detach();
        x.RequiresGrad = true;
        Tensor y = DeformConv2d.Convolve(x, Tensor.Zeros([1, 18, 6, 6]), null, Tensor.Randn([16, 16, 3, 3])).Square().Sum();
        Value* arguments = stackalloc Value[5];
        arguments[0] = Value.Of(y);
        arguments[1] = Value.List(ValueTag.TensorList, null, 0);
        arguments[2] = Value.None;
        arguments[3] = Value.None;
        arguments[4] = Value.Of(true); // create_graph
        new Operator("aten::_backward", "", "self inputs gradient retain_graph create_graph").Invoke(arguments, 5, results: 0);
        Tensor gradient = x.Grad!.Square().Sum();
        if (OverrideableConvolution.IsSupported)
        {
            Assert.Throws<TorchException>(() => gradient.Backward());
        }
    }

    [Fact]
    public void Only_float32_of_the_cpu_whose_channels_lie_side_by_side_is_ours()
    {
        Assert.SkipUnless(OverrideableConvolution.IsSupported, "no AVX2");
        using TensorScope scope = new();
        Tensor weight = Tensor.Ones([64, 64, 3, 3]), x = Tensor.Ones([1, 64, 40, 40]).To(MemoryFormat.ChannelsLast);
        Assert.True(WinogradConvolutions.IsFor(x, weight, Tensor.Ones([64])));
        Assert.True(WinogradConvolutions.IsFor(x, weight.To(MemoryFormat.ChannelsLast), null));
        Assert.False(WinogradConvolutions.IsFor(x.Contiguous(MemoryFormat.Contiguous), weight, null));
        Assert.False(WinogradConvolutions.IsFor(x.Narrow(3, 1, 32), weight, null));
        Assert.False(WinogradConvolutions.IsFor(x.To(DType.Float64), weight.To(DType.Float64), null));
        Assert.False(WinogradConvolutions.IsFor(x.To(DType.BFloat16), weight.To(DType.BFloat16), null));
        Assert.False(WinogradConvolutions.IsFor(x, Tensor.Ones([64, 64, 1, 1]), null));
        Assert.False(WinogradConvolutions.IsFor(Tensor.Ones([0, 64, 40, 40]).To(MemoryFormat.ChannelsLast), weight, null));
    }
}
