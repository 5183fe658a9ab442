using System.Runtime.CompilerServices;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

/// <summary>What a step takes, measured on the process: alone, since others take memory too.</summary>
[Collection(TorchCollection.Name)]
public class BatchFitMemoryTests
{
    [Fact]
    public void The_peak_of_a_step_is_not_that_of_what_was_before_it()
    {
        const int bytes = 256 << 20;
        double before = Touch(bytes);
        double peak = BatchFit.PeakDuring(() => Touch(1 << 20));
        Assert.True(double.IsNaN(peak) || peak < before - (bytes / 2), $"{peak / 1048576:N0} of {before / 1048576:N0} MiB");
    }

    // What the process has while it uses a block of memory.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Touch(int count)
    {
        byte[] block = new byte[count];
        Array.Fill(block, (byte)1);
        double used = Environment.WorkingSet;
        GC.KeepAlive(block);
        return used;
    }
}
