using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Panoptes.Torch;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>libtorch, which trains: its version and place, our kernels, threads, speed and GPUs.</summary>
internal static class TorchCheck
{
    private const string Area = "libtorch";
    private const string Advice =
        "Build or install the tool again, which adds the package libtorch-cpu for this system, or set PANOPTES_LIBTORCH to the "
        + "folder of libtorch 2.10 or newer, such as the one inside an installed PyTorch.";

    /// <summary>Below this a core is slower than any library that uses its vector units.</summary>
    private const double SlowGflopsPerThread = 8;

    /// <summary>Loads libtorch, lets it compute, and measures it; about a second.</summary>
    public static IEnumerable<Finding> Run()
    {
        try
        {
            TorchRuntime.Check();
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or TorchException)
        {
            // The message names the package and the variable; the loader may go on to list every place that it looked at.
            string[] lines = exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return [Finding.Fail(Area, "libtorch", lines[0].Trim(), Advice)];
        }

        return
        [
            Finding.Ok(Area, "libtorch", $"{TorchRuntime.Version}, computes as it should", TorchRuntime.LibraryPath),
            OneDnn(),
            Kernels(),
            Threads(),
            Speed(),
            Cuda(),
        ];
    }

    private static Finding OneDnn()
    {
        const string name = "oneDNN";
        return TorchRuntime.HasMklDnn
            ? Finding.Ok(Area, name, "inside")
            : Finding.Warn(Area, name, "missing: convolutions on the CPU are several times slower", Advice);
    }

    private static Finding Kernels()
    {
        const string name = "own kernels";
        const string advice = "Training takes about twice the time; use a processor with AVX2 or AVX-512 if you have the choice.";
        return TorchRuntime.OwnKernels switch
        {
            VectorUnits.Avx512 => Finding.Ok(Area, name, "AVX-512: 3x3 and deformable convolutions"),
            VectorUnits.Avx2 => Finding.Ok(Area, name, "AVX2: 3x3 and deformable convolutions; AVX-512 would take about half the time"),
            _ when RuntimeInformation.ProcessArchitecture == Architecture.Arm64 =>
                Finding.Ok(Area, name, "none for this processor: libtorch's convolutions are used"),
            _ => Finding.Warn(Area, name, "none without AVX2: libtorch's convolutions are used, which are slower", advice),
        };
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
        const string advice = "Slow for a processor with vector units: check what else is running on this machine.";
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
        if (!File.Exists("/dev/nvidia0")) return Finding.Ok(Area, name, "no device in use; training runs on the CPU");
        const string advice = "Set PANOPTES_LIBTORCH to the torch folder of an installed PyTorch 2.10 or newer with CUDA.";
        return Finding.Warn(Area, name, "this machine has an NVIDIA device, but this libtorch cannot use it", advice);
    }
}
