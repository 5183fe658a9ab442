using System.Runtime.InteropServices;

namespace Panoptes.Training.Distributed.Nccl;

/// <summary>
/// A stream of a CUDA device next to the default one, on which libtorch computes, and the events that put the two in order (CUDA
/// Driver API). The driver is there wherever libtorch has a device.
/// </summary>
internal sealed unsafe class CudaStream : IDisposable
{
    private const uint NonBlocking = 1; // CU_STREAM_NON_BLOCKING
    private const uint WithoutTiming = 2; // CU_EVENT_DISABLE_TIMING
    private const int NotReady = 600; // CUDA_ERROR_NOT_READY

    private readonly nint _driver = NativeLibrary.Load("libcuda.so.1");
    private readonly nint _context;

    private readonly int _device;

    /// <summary>Makes a stream.</summary>
    /// <param name="device">The device's number.</param>
    public CudaStream(int device)
    {
        int handle;
        nint context, stream;
        Check(((delegate* unmanaged<int*, int, int>)Export("cuDeviceGet"))(&handle, device), "cuDeviceGet");
        // The context that the CUDA runtime, and with it libtorch, has.
        Check(((delegate* unmanaged<nint*, int, int>)Export("cuDevicePrimaryCtxRetain"))(&context, handle), "cuDevicePrimaryCtxRetain");
        (_device, _context) = (handle, context);
        using Entry entry = Enter();
        Check(((delegate* unmanaged<nint*, uint, int>)Export("cuStreamCreate"))(&stream, NonBlocking), "cuStreamCreate");
        Handle = stream;
    }

    /// <summary>The CUstream, which is a cudaStream_t too.</summary>
    public nint Handle { get; }

    /// <summary>Makes the stream's device current on this thread, whatever libtorch left current, until the entry is disposed of.</summary>
    public Entry Enter()
    {
        Check(((delegate* unmanaged<nint, int>)Export("cuCtxPushCurrent_v2"))(_context), "cuCtxPushCurrent");
        return new Entry(this);
    }

    /// <summary>Lets what is asked of this stream from here on wait for what was asked of the default stream so far.</summary>
    public void WaitForDefault()
    {
        nint ready = Record(0);
        Check(((delegate* unmanaged<nint, nint, uint, int>)Export("cuStreamWaitEvent"))(Handle, ready, 0), "cuStreamWaitEvent");
        Forget(ready); // it is kept until it was reached
    }

    /// <summary>Marks what was asked of this stream so far.</summary>
    /// <returns>An event, to be given to <see cref="IsDone"/> and <see cref="Forget"/>.</returns>
    public nint Mark() => Record(Handle);

    /// <summary>Whether all that an event marks is done.</summary>
    public bool IsDone(nint mark)
    {
        int code = ((delegate* unmanaged<nint, int>)Export("cuEventQuery"))(mark);
        if (code != NotReady)
        {
            Check(code, "cuEventQuery");
        }

        return code == 0;
    }

    /// <summary>Gives an event back.</summary>
    public void Forget(nint mark) => Check(((delegate* unmanaged<nint, int>)Export("cuEventDestroy_v2"))(mark), "cuEventDestroy");

    /// <inheritdoc />
    public void Dispose()
    {
        _ = ((delegate* unmanaged<nint, int>)Export("cuStreamDestroy_v2"))(Handle);
        _ = ((delegate* unmanaged<int, int>)Export("cuDevicePrimaryCtxRelease_v2"))(_device);
        NativeLibrary.Free(_driver);
    }

    private nint Record(nint stream)
    {
        nint mark;
        Check(((delegate* unmanaged<nint*, uint, int>)Export("cuEventCreate"))(&mark, WithoutTiming), "cuEventCreate");
        Check(((delegate* unmanaged<nint, nint, int>)Export("cuEventRecord"))(mark, stream), "cuEventRecord");
        return mark;
    }

    private void Leave()
    {
        nint context;
        Check(((delegate* unmanaged<nint*, int>)Export("cuCtxPopCurrent_v2"))(&context), "cuCtxPopCurrent");
    }

    private nint Export(string name) => NativeLibrary.GetExport(_driver, name);

    private static void Check(int code, string call)
    {
        if (code != 0)
        {
            throw new IOException($"{call} failed with code {code}");
        }
    }

    /// <summary>The time in which the stream's device is current.</summary>
    internal readonly struct Entry(CudaStream stream) : IDisposable
    {
        /// <inheritdoc />
        public void Dispose() => stream.Leave();
    }
}
