using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Panoptes.Torch.Interop;

/// <summary>Tries the libtorch at hand on a computation whose numbers are known.</summary>
internal static class SelfCheck
{
    private static readonly Lock s_lock = new();

    [ThreadStatic]
    private static bool s_isRunning;

    // The packages of libtorch that we name were tried with every function; another one was not.
    private static volatile bool s_isDue = NativeLoader.IsNamed;

    /// <summary>Whether a libtorch that the environment names has passed.</summary>
    internal static bool HasPassed { get; private set; }

    /// <summary>Runs once, before the first tensor, where the environment names the libtorch.</summary>
    /// <exception cref="TorchException">A function is missing, or a number is wrong.</exception>
    internal static void RunIfDue()
    {
        if (!s_isDue || s_isRunning)
        {
            return;
        }

        lock (s_lock)
        {
            if (!s_isDue)
            {
                return;
            }

            // On a thread of its own: this one may record a tape, or no gradients.
            ExceptionDispatchInfo? failure = null;
            Thread thread = new(() =>
            {
                s_isRunning = true;
                try
                {
                    Run();
                }
                catch (Exception error)
                {
                    failure = ExceptionDispatchInfo.Capture(error);
                }
            });
            thread.Start();
            thread.Join();
            failure?.Throw();
            HasPassed = true;
            s_isDue = false;
        }
    }

    /// <summary>Tries the functions, and one forward and backward pass.</summary>
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
            throw new TorchException(
                $"{NativeLoader.Folder}: this libtorch does not have a function: {error.Message} {NativeLoader.Advice}", error);
        }

        // y = relu(2·x − 1) summed, as a convolution of one pixel: 0 + 1 + 3 for x = 0, 1, 2; the gradient of the weight is 1 + 2.
        using TensorScope scope = new();
        Tensor x = Tensor.From<float>([0, 1, 2], [1, 1, 1, 3]); // [N, C, H, W]
        Tensor weight = Tensor.From<float>([2], [1, 1, 1, 1]);
        weight.RequiresGrad = true;
        Tensor y = (x.Conv2d(weight, null, [1, 1], [0, 0], [1, 1]) - 1).Relu().Sum();
        y.Backward();
        (double sum, double? gradient) = (y.ToDouble(), weight.Grad?.ToDouble());
        if (sum != 4 || gradient != 3)
        {
            throw new TorchException(
                $"{NativeLoader.Folder}: libtorch computes {sum} with the gradient {gradient?.ToString() ?? "none"} where 4 and 3 are "
                + $"right. {NativeLoader.Advice}");
        }
    }
}
