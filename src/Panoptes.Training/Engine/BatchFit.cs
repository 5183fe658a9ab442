using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Panoptes.Torch;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Engine;

/// <summary>
/// Finds how many images the memory at hand holds in a pass, where <c>schedule.batch_size</c> is 0. A step sees <c>optimizer.base_batch</c>
/// images in any case, in as many passes as that takes, so that the learning rate and what is learned do not depend on the machine.
/// </summary>
internal static class BatchFit
{
    /// <summary>The part of the free memory that training may take: images differ in size, and evaluation needs memory too.</summary>
    private const double Share = 0.7;

    /// <summary>Sets the batch and the passes of a configuration that leaves them open; any other is returned as it is.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="options">Where it is trained.</param>
    /// <param name="logger">Told what was chosen.</param>
    /// <exception cref="InputException">Not even one image fits, or the replicas do not divide the step.</exception>
    public static PanoptesConfig Resolve(PanoptesConfig config, TrainerOptions options, ILogger logger)
    {
        if (config.Schedule.BatchSize > 0)
        {
            return config;
        }

        int images = config.Optimizer.BaseBatch;
        int[] sizes = [.. Enumerable.Range(1, images).Where(size => images % size == 0 && size % config.Replicas == 0)];
        if (sizes.Length == 0)
        {
            throw InputException.ForSetting(
                "replicas", $"{config.Replicas} parts do not divide optimizer.base_batch, the {images} images of a step");
        }

        int batch = options.Device.Type == DeviceType.Cpu
            ? Choose(sizes, size => Peak(config, options, size), FreeMemory())
            : LargestThatRuns(sizes, size => Peak(config, options, size));
        logger.LogInformation(
            "schedule.batch_size 0: {Batch} images at a time fit into memory, {Passes} times for a step", batch, images / batch);
        return WithBatch(config, batch, images / batch);
    }

    /// <summary>The largest batch that fits, told by what two small ones take.</summary>
    /// <param name="sizes">Allowed sizes, rising.</param>
    /// <param name="peak">Makes a step with so many images and returns the most bytes that the process took in it; NaN where that is not
    /// known.</param>
    /// <param name="free">Bytes that the process may take in all.</param>
    /// <exception cref="InputException">The smallest takes more.</exception>
    internal static int Choose(IReadOnlyList<int> sizes, Func<int, double> peak, double free)
    {
        double smallest = peak(sizes[0]);
        if (smallest > free)
        {
            throw InputException.ForSetting(
                "schedule.batch_size",
                FormattableString.Invariant($"{sizes[0]} images take {smallest / 1048576:N0} MiB, and {free / 1048576:N0} MiB are free; ")
                + "allowed is what fits: take a lower input.short_side or a smaller network");
        }

        if (sizes.Count == 1)
        {
            return sizes[0];
        }

        double image = (peak(sizes[1]) - smallest) / (sizes[1] - sizes[0]);
        if (!(image > 0))
        {
            // Unknown, or both steps took less than something before them: nothing says that more images fit.
            return sizes[0];
        }

        return sizes.Last(size => smallest + (image * (size - sizes[0])) <= free || size == sizes[0]);
    }

    /// <summary>The largest batch with which a step runs, for memory whose size nobody tells.</summary>
    /// <param name="sizes">Allowed sizes, rising.</param>
    /// <param name="run">Makes a step with so many images.</param>
    /// <exception cref="TorchException">Not even the smallest runs.</exception>
    internal static int LargestThatRuns(IReadOnlyList<int> sizes, Func<int, double> run)
    {
        foreach (int size in sizes.Skip(1).Reverse())
        {
            try
            {
                run(size);
                return size;
            }
            catch (TorchException)
            {
                // Out of memory, most likely; what else it may be, the smallest batch says.
            }
        }

        run(sizes[0]);
        return sizes[0];
    }

    private static double Peak(PanoptesConfig config, TrainerOptions options, int batch)
    {
        // At the largest size that the run will see.
        PanoptesConfig tried = WithBatch(config, batch, 1) with
        {
            Input = config.Input with { ShortSide = [config.Input.ShortSide.Max()], ShortSideMode = ShortSideMode.Choice },
        };
        return DryRun.Try(tried, options, trainer => PeakDuring(trainer.Try));
    }

    /// <summary>The most bytes that the process takes while something is done; NaN where the system does not tell.</summary>
    /// <param name="work">What is done.</param>
    internal static double PeakDuring(Action work)
    {
        // What reading the annotations has left behind does not belong to a step.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        double before = ResetPeak() ? 0 : ProcessMemory.PeakBytes;
        work();
        double peak = ProcessMemory.PeakBytes;
        return peak > before ? peak : double.NaN;
    }

    // Linux lets the peak begin again at what is resident now (proc(5), clear_refs); a sandbox may refuse it.
    private static bool ResetPeak()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static PanoptesConfig WithBatch(PanoptesConfig config, int batch, int passes) =>
        config with { Schedule = config.Schedule with { BatchSize = batch, Accumulation = passes } };

    // What the machine or the container has and nobody else uses.
    private static double FreeMemory()
    {
        GC.Collect();
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        using Process process = Process.GetCurrentProcess();
        double others = Math.Max(0, memory.MemoryLoadBytes - process.WorkingSet64);
        return Share * Math.Max(0, memory.TotalAvailableMemoryBytes - others);
    }
}
