using System.Diagnostics;
using System.Globalization;
using Panoptes.Torch;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>libtorch, which trains: its version and place, the BLAS under it, threads, speed and GPUs.</summary>
internal static class TorchCheck
{
    private const string Area = "libtorch";
    private const string BlasPackage = "libopenblas0-openmp";

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
            new(Area, "shim", FindingStatus.Good, "libpanoptes_torch.so", libraries.Find("libpanoptes_torch.so")),
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
            // The loader lists every place it looked at; the reason of the last line is the one that counts.
            string reason = exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries)[0].Trim();
            return new(Area, "libtorch", FindingStatus.Problem, reason, Advice: "Run ./build.sh: it installs libtorch-dev where it is missing and builds the shim anew.");
        }
    }

    private static Finding Library(MappedLibraries libraries)
    {
        string? path = libraries.Find("libtorch_cpu");
        string? wanted = Environment.GetEnvironmentVariable("PANOPTES_LIBTORCH");
        bool other = !string.IsNullOrEmpty(wanted) && path is not null
            && !path.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(wanted)) + "/", StringComparison.Ordinal);
        return other
            ? new(Area, "libtorch", FindingStatus.Warning, TorchRuntime.Version, path, $"PANOPTES_LIBTORCH names {wanted}, and the shim was built against another: run ./build.sh.")
            : new(Area, "libtorch", FindingStatus.Good, TorchRuntime.Version, path);
    }

    private static Finding BlasInUse(Blas blas) => blas.IsReference
        ? new(Area, "BLAS", FindingStatus.Warning, $"{blas.Name}, thirty times slower than OpenBLAS", blas.Path, $"apt-get install {BlasPackage}; if it is installed: update-alternatives --auto libblas.so.3-$(uname -m)-linux-gnu")
        : new(Area, "BLAS", FindingStatus.Good, blas.Name, blas.Path);

    private static Finding Threads()
    {
        int own = TorchRuntime.Threads;
        TorchRuntime.Threads = Environment.ProcessorCount;
        return new(Area, "threads", FindingStatus.Good, $"{TorchRuntime.Threads} (libtorch itself starts with {own})");
    }

    private static Finding Speed()
    {
        double gflops = MeasureGemm();
        double perThread = gflops / TorchRuntime.Threads;
        string text = string.Create(CultureInfo.InvariantCulture, $"{gflops:0} GFLOP/s in a 1024x1024x1024 float32 product, {perThread:0} for each thread");
        return perThread < SlowGflopsPerThread
            ? new(Area, "speed", FindingStatus.Warning, text, Advice: "Slow for any processor with vector units: look at the BLAS above, and at what else runs on this machine.")
            : new(Area, "speed", FindingStatus.Good, text);
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
        int devices = TorchRuntime.CudaDeviceCount;
        if (devices > 0) return new(Area, "CUDA", FindingStatus.Good, devices == 1 ? "1 device" : $"{devices} devices");
        return File.Exists("/dev/nvidia0")
            ? new(Area, "CUDA", FindingStatus.Warning, "this machine has an NVIDIA device, and this libtorch cannot use it", Advice: "Set PANOPTES_LIBTORCH to the torch folder of an installed PyTorch with CUDA and run ./build.sh.")
            : new(Area, "CUDA", FindingStatus.Good, "no device; training runs on the processor");
    }
}
