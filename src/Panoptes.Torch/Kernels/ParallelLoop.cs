using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Kernels;

/// <summary>
/// Loops on libtorch's own threads. <see cref="Parallel"/> would have its workers fight with libtorch's, which wait for work for a while
/// after each of its operators: 1.1 to 1.8 times slower.
/// </summary>
internal static unsafe class ParallelLoop
{
    /// <summary>Threads that a loop runs on at most.</summary>
    public static int Threads => TorchRuntime.Threads;

    /// <summary>
    /// Calls <paramref name="body"/> once for each item below <paramref name="count"/>, with a number of the thread below
    /// <see cref="Threads"/> and the item. Anyone who is free takes the next item, so no order is promised.
    /// </summary>
    public static void Run(int count, Action<int, int> body)
    {
        int threads = Math.Min(count, Threads);
        Loop loop = new(count, body);
        if (threads <= 1)
        {
            loop.Work(0);
        }
        else
        {
            GCHandle handle = GCHandle.Alloc(loop);
            try
            {
                LibTorch.Check(LibTorch.ParallelFor(0, threads, 1, &Work, (void*)GCHandle.ToIntPtr(handle)), "torch_parallel_for");
            }
            finally
            {
                handle.Free();
            }
        }

        loop.Failure?.Throw();
    }

    // Each thread gets one number or, where libtorch is inside of a parallel loop already, one thread gets all of them.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Work(long begin, long end, void* context) => ((Loop)GCHandle.FromIntPtr((nint)context).Target!).Work((int)begin);

    private sealed class Loop(int count, Action<int, int> body)
    {
        private int _next;

        public ExceptionDispatchInfo? Failure { get; private set; }

        // No exception may pass into libtorch.
        public void Work(int thread)
        {
            try
            {
                for (int i = Interlocked.Increment(ref _next); i <= count; i = Interlocked.Increment(ref _next))
                {
                    body(thread, i - 1);
                }
            }
            catch (Exception exception)
            {
                Failure = ExceptionDispatchInfo.Capture(exception);
                Interlocked.Exchange(ref _next, count);
            }
        }
    }
}
