namespace Panoptes.Torch.Tests.Nn;

/// <summary>Computes the same with several numbers of threads.</summary>
internal static class ThreadCounts
{
    /// <summary>Asserts that one, two and three threads give the same numbers, bit for bit.</summary>
    public static void ChangeNothing(Func<float[]> compute)
    {
        float[] one = Run(1), two = Run(2), three = Run(3);
        Assert.Equal(one, two);
        Assert.Equal(one, three);

        float[] Run(int threads)
        {
            int before = TorchRuntime.Threads;
            TorchRuntime.Threads = threads;
            try
            {
                using TensorScope scope = new();
                return compute();
            }
            finally
            {
                TorchRuntime.Threads = before;
            }
        }
    }
}
