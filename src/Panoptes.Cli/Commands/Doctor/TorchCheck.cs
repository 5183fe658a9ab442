using System.Diagnostics;
using System.Globalization;
using Panoptes.Torch;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>libtorch, which trains: its version and place, the BLAS under it, threads, speed and GPUs.</summary>
internal static class TorchCheck
{
    private const string Area = "libtorch";

    /// <summary>Below this a core is slower than any BLAS that uses its vector units.</summary>
    private const double SlowGflopsPerThread = 8;

    /// <summary>Loads libtorch and measures it; about half a second.</summary>
    public static IEnumerable<Finding> Run()
    {
        if (TryLoad() is { } failure) return [failure];

        MappedLibraries libraries = MappedLibraries.Read();
        List<Finding> findings =
        [
            Library(libraries),
            Finding.Ok(Area, "shim", "libpanoptes_torch.so", libraries.Find("libpanoptes_torch.so")),
            BlasInUse(Blas.Find(libraries)),
            Threads(),
            Speed(),
            Cuda(),
        ];
        return findings;
    }

    private static Finding? TryLoad()
    {
        try
        {
            _ = TorchRuntime.Version;
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            // The loader goes on to list every place that it looked at.
            string reason = exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries)[0].Trim();
            const string advice = "Run ./build.sh: it installs libtorch-dev where it is missing and builds the shim anew.";
            return Finding.Fail(Area, "libtorch", reason, advice);
        }
    }

    private static Finding Library(MappedLibraries libraries)
    {
        const string name = "libtorch";
        string? path = libraries.Find("libtorch_cpu");
        string? wanted = Environment.GetEnvironmentVariable("PANOPTES_LIBTORCH");
        if (!string.IsNullOrEmpty(wanted) && path is not null)
        {
            string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(wanted)) + "/";
            string advice = $"PANOPTES_LIBTORCH names {wanted}, and the shim was built against another: run ./build.sh.";
            if (!path.StartsWith(folder, StringComparison.Ordinal)) return Finding.Warn(Area, name, TorchRuntime.Version, advice, path);
        }

        return Finding.Ok(Area, name, TorchRuntime.Version, path);
    }

    private static Finding BlasInUse(Blas blas)
    {
        const string name = "BLAS";
        const string advice =
            "apt-get install libopenblas0-openmp; where it is installed already: "
            + "update-alternatives --auto libblas.so.3-$(uname -m)-linux-gnu";
        return blas.IsReference
            ? Finding.Warn(Area, name, $"{blas.Name}, thirty times slower than OpenBLAS", advice, blas.Path)
            : Finding.Ok(Area, name, blas.Name, blas.Path);
    }

    private static Finding Threads()
    {
        int own = TorchRuntime.Threads;
        TorchRuntime.Threads = Environment.ProcessorCount;
        return Finding.Ok(Area, "threads", $"{TorchRuntime.Threads} (libtorch itself starts with {own})");
    }

    private static Finding Speed()
    {
        const string name = "speed";
        double gflops = MeasureGemm();
        double perThread = gflops / TorchRuntime.Threads;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{gflops:0} GFLOP/s in a 1024x1024x1024 float32 product, {perThread:0} for each thread");
        const string advice = "Slow for a processor with vector units: look at the BLAS above, and at what else runs on this machine.";
        return perThread < SlowGflopsPerThread ? Finding.Warn(Area, name, text, advice) : Finding.Ok(Area, name, text);
    }

    /// <summary>Best of several products: others on the machine can only slow one down.</summary>
    private static double MeasureGemm()
    {
        const int size = 1024;
        const double flop = 2.0 * size * size * size;
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Tensor a = Tensor.Rand([size, size]);
        Tensor b = Tensor.Rand([size, size]);
        double best = double.PositiveInfinity;
        Stopwatch total = Stopwatch.StartNew();
        for (int run = 0; run < 3 || (run < 20 && total.ElapsedMilliseconds < 300); run++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            a.Matmul(b).Dispose();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }

        return flop / best / 1e9;
    }

    private static Finding Cuda()
    {
        const string name = "CUDA";
        int devices = TorchRuntime.CudaDeviceCount;
        if (devices > 0) return Finding.Ok(Area, name, devices == 1 ? "1 device" : $"{devices} devices");
        if (!File.Exists("/dev/nvidia0")) return Finding.Ok(Area, name, "no device; training runs on the processor");
        const string advice = "Set PANOPTES_LIBTORCH to the torch folder of an installed PyTorch with CUDA and run ./build.sh.";
        return Finding.Warn(Area, name, "this machine has an NVIDIA device, and this libtorch cannot use it", advice);
    }
}
