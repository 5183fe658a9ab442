using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>Tries the libtorch at hand on a computation whose numbers are known.</summary>
internal static class SelfCheck
{
    /// <exception cref="DllNotFoundException">There is no libtorch 2.10 or newer.</exception>
    /// <exception cref="TorchException">A function is missing, or a number is wrong.</exception>
    internal static void Run()
    {
        try
        {
            Marshal.PrelinkAll(typeof(LibTorch));
        }
        catch (EntryPointNotFoundException error)
        {
            throw new TorchException($"{NativeLoader.Folder}: this libtorch has no function: {error.Message}", error);
        }

        // y = relu(2·x − 1) summed, as a convolution of one pixel: 0 + 1 + 3 for x = 0, 1, 2; the gradient of the weight is 1 + 2.
        using var scope = new TensorScope();
        Tensor x = Tensor.From<float>([0, 1, 2], [1, 1, 1, 3]); // [N, C, H, W]
        Tensor weight = Tensor.From<float>([2], [1, 1, 1, 1]);
        weight.RequiresGrad = true;
        Tensor y = (x.Conv2d(weight, null, [1, 1], [0, 0], [1, 1]) - 1).Relu().Sum();
        y.Backward();
        (double sum, double? gradient) = (y.ToDouble(), weight.Grad?.ToDouble());
        if (sum != 4 || gradient != 3)
        {
            throw new TorchException(
                $"{NativeLoader.Folder}: libtorch computes {sum} with the gradient {gradient?.ToString() ?? "none"} where 4 and 3 are right");
        }
    }
}
