using Panoptes.Torch.Interop;

namespace Panoptes.Torch;

/// <summary>The libtorch in this process: its version, threads, random numbers and GPUs.</summary>
public static class TorchRuntime
{
    /// <summary>libtorch's version, such as <c>1.13.0</c>.</summary>
    public static string Version => Native.TorchVersion();

    /// <summary>How libtorch was built and which BLAS, OpenMP and CPU capability it uses, in its own words.</summary>
    public static string Configuration => Native.TorchConfig();

    /// <summary>The file that libtorch was loaded from; null where the system does not tell.</summary>
    public static string? LibraryPath => Native.LibtorchPath();

    /// <summary>The file that the shim between .NET and libtorch was loaded from; null where the system does not tell.</summary>
    public static string? ShimPath => Native.ShimPath();

    /// <summary>Whether libtorch has oneDNN (MKL-DNN) inside, without which convolutions on the CPU are several times slower.</summary>
    public static bool HasMklDnn => Native.HasMklDnn() != 0;

    /// <summary>Threads that work inside one operator. Debian's libtorch starts with one, whatever the machine has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than one thread.</exception>
    public static int Threads
    {
        get => Native.Threads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Native.Check(Native.SetThreads(value));
        }
    }

    /// <summary>Number of usable CUDA devices; 0 without CUDA.</summary>
    public static int CudaDeviceCount => Native.CudaCount();

    /// <summary>Seeds the random number generators of all devices.</summary>
    public static void Seed(long seed) => Native.Check(Native.Seed(seed));

    /// <summary>The state of the CPU's random number generator, as bytes to give to <see cref="SetRandomState"/>.</summary>
    public static unsafe byte[] RandomState()
    {
        nint state;
        Native.Check(Native.RandomState(&state));
        using Tensor tensor = Tensor.Own(state);
        return tensor.ToArray<byte>();
    }

    /// <summary>Puts the CPU's random number generator into a state that <see cref="RandomState"/> gave.</summary>
    public static void SetRandomState(ReadOnlySpan<byte> state)
    {
        using Tensor tensor = Tensor.From(state);
        Native.Check(Native.SetRandomState(tensor.Handle));
    }

    /// <summary>
    /// Treats denormal numbers as zero: they cost up to a hundred times a normal number's time. False where the CPU cannot.
    /// </summary>
    public static bool FlushDenormals(bool enabled) => Native.SetFlushDenormal(enabled ? 1 : 0) != 0;

    /// <summary>Waits until a CUDA device has done all that was asked of it.</summary>
    public static void Synchronize(Device device)
    {
        if (device.Type == DeviceType.Cuda)
        {
            Native.Check(Native.CudaSynchronize(device.Index));
        }
    }
}
