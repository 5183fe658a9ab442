using System.Runtime.Intrinsics.X86;
using Panoptes.Torch.Interop;

namespace Panoptes.Torch;

/// <summary>The libtorch in this process: its version, threads, random numbers and GPUs.</summary>
public static class TorchRuntime
{
    internal static RandomNumbers Random { get; } = new();

    /// <summary>libtorch's version, such as <c>2.10.0</c>.</summary>
    /// <exception cref="DllNotFoundException">There is no libtorch 2.10 or newer; the message says what to do.</exception>
    public static string Version
    {
        get
        {
            (int major, int minor, int patch) = LoadedLibraries.Parts(LibTorch.AbiVersion());
            return $"{major}.{minor}.{patch}";
        }
    }

    /// <summary>The file that libtorch was loaded from.</summary>
    /// <exception cref="DllNotFoundException">There is no libtorch 2.10 or newer; the message says what to do.</exception>
    public static string LibraryPath => Path.Combine(NativeLoader.Folder, NativeLoader.FileName(LibTorch.Library));

    /// <summary>Whether libtorch has oneDNN (MKL-DNN) inside, without which convolutions on the CPU are several times slower.</summary>
    public static bool HasMklDnn => CppFunctions.HasMklDnn();

    /// <summary>
    /// What this library's own convolutions (3x3 by Winograd's way, deformable) use here; <c>DOTNET_EnableAVX512=0</c> and
    /// <c>DOTNET_EnableAVX2=0</c> change it.
    /// </summary>
    public static VectorUnits OwnKernels =>
        Avx512F.IsSupported ? VectorUnits.Avx512 : Avx2.IsSupported && Fma.IsSupported ? VectorUnits.Avx2 : VectorUnits.None;

    /// <summary>Threads that work inside one operator.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than one thread.</exception>
    public static unsafe int Threads
    {
        get
        {
            uint threads;
            LibTorch.Check(LibTorch.GetThreads(&threads), "reading the number of threads");
            return (int)threads;
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            CppFunctions.SetThreads(value);
        }
    }

    /// <summary>Number of usable CUDA devices; 0 without CUDA.</summary>
    public static int CudaDeviceCount => CudaDriver.DeviceCount();

    /// <summary>
    /// Checks that libtorch can be loaded, has the functions that are called here, and computes: one forward and backward pass of a
    /// small convolution whose numbers are known.
    /// </summary>
    /// <remarks>
    /// A libtorch that <c>PANOPTES_LIBTORCH</c> names is checked so before the first tensor, too; with the one of the package, only its
    /// version and names are when it is loaded, and this is for <c>panoptes doctor</c>.
    /// </remarks>
    /// <exception cref="DllNotFoundException">There is no libtorch 2.10 or newer; the message says what to do.</exception>
    /// <exception cref="TorchException">It has no function, or computes something else; the message says which.</exception>
    public static void Check() => SelfCheck.Run();

    /// <summary>Seeds the random numbers; the same seed gives the same numbers with every libtorch and on every device.</summary>
    public static void Seed(long seed) => Random.Seed(seed);

    /// <summary>The state of the random numbers, as bytes to give to <see cref="SetRandomState"/>.</summary>
    public static byte[] RandomState() => Random.State();

    /// <summary>Puts the random numbers into a state that <see cref="RandomState"/> gave.</summary>
    /// <exception cref="ArgumentException">The bytes are no such state, for example one of a libtorch's own generator.</exception>
    public static void SetRandomState(ReadOnlySpan<byte> state)
    {
        if (state.Length != RandomNumbers.StateLength)
        {
            throw new ArgumentException($"a state of the random numbers has {RandomNumbers.StateLength} bytes, not {state.Length}", nameof(state));
        }

        Random.SetState(state);
    }

    /// <summary>
    /// Treats denormal numbers as zero: they cost up to a hundred times a normal number's time. False where the CPU cannot.
    /// </summary>
    public static bool FlushDenormals(bool enabled) => CppFunctions.SetFlushDenormal(enabled);

    /// <summary>Waits until a CUDA device has done all that was asked of it on this thread.</summary>
    public static void Synchronize(Device device)
    {
        if (device.Type == DeviceType.Cuda)
        {
            // A value that comes back has waited for everything before it.
            using Tensor last = Tensor.Zeros([1], device: device).Detached();
            last.ToDouble();
        }
    }
}
