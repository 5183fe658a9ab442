using System.Runtime.InteropServices;
using Panoptes.Training.Distributed.Nccl;

namespace Panoptes.Training.Tests.Distributed;

/// <summary>The bindings against functions with the declarations of NCCL's documentation, and against NCCL itself where it is.</summary>
public unsafe class NcclLibraryTests
{
    private const nint Stream = 0x1234;

    [Fact]
    public void Its_functions_receive_what_they_declare()
    {
        Dictionary<string, nint> functions = new()
        {
            ["ncclGetVersion"] = (nint)(delegate* unmanaged<int*, int>)&GetVersion,
            ["ncclGetUniqueId"] = (nint)(delegate* unmanaged<byte*, int>)&GetUniqueId,
            ["ncclCommInitRank"] = (nint)(delegate* unmanaged<nint*, int, UniqueId, int, int>)&CommInitRank,
            ["ncclAllReduce"] = (nint)(delegate* unmanaged<float*, float*, nuint, int, int, nint, nint, int>)&AllReduce,
            ["ncclCommGetAsyncError"] = (nint)(delegate* unmanaged<nint, int*, int>)&CommGetAsyncError,
            ["ncclCommDestroy"] = (nint)(delegate* unmanaged<nint, int>)&Forget,
            ["ncclCommAbort"] = (nint)(delegate* unmanaged<nint, int>)&Forget,
            ["ncclGetErrorString"] = (nint)(delegate* unmanaged<int, nint>)&GetErrorString,
        };
        NcclLibrary nccl = new(name => functions[name], "test");
        Assert.Equal(22703, nccl.Version);

        nint communicator = nccl.Join(4, nccl.CreateId(), 3);
        float[] numbers = [1, -2.5f, 3];
        fixed (float* data = numbers)
        {
            nccl.AllReduce(data, numbers.Length, communicator, Stream);
        }

        Assert.Equal([4, -10, 12], numbers);
        nccl.ThrowIfFailed(communicator); // still at work

        nint lost = nccl.Join(5, nccl.CreateId(), 0);
        IOException error = Assert.Throws<IOException>(() => nccl.ThrowIfFailed(lost));
        Assert.Equal("ncclAllReduce failed with code 6: error 6", error.Message);
        nccl.Leave(communicator);
        nccl.Abort(lost);

        IOException none = Assert.Throws<IOException>(() => nccl.Join(4, nccl.CreateId(), 4));
        Assert.Equal("ncclCommInitRank failed with code 5: error 5", none.Message);
    }

    [Fact]
    public void The_installed_library_has_them()
    {
        NcclLibrary? nccl = NcclLibrary.TryLoad();
        Assert.SkipWhen(nccl is null, "NCCL is not installed");
        Assert.InRange(nccl.Version, 20400, 99999);
    }

    [Fact]
    public void A_library_of_something_else_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libm.so.6 is Linux's");
        InputException error = Assert.Throws<InputException>(() => NcclLibrary.Open("libm.so.6"));
        Assert.Contains("PANOPTES_NCCL: 'libm.so.6' has no 'ncclGetVersion'", error.Message, StringComparison.Ordinal);
    }

    [UnmanagedCallersOnly]
    private static int GetVersion(int* version)
    {
        *version = 22703;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int GetUniqueId(byte* id)
    {
        for (int i = 0; i < UniqueId.Length; i++) id[i] = (byte)(i + 1);
        return 0;
    }

    // The id comes by value. The communicator is its size.
    [UnmanagedCallersOnly]
    private static int CommInitRank(nint* communicator, int size, UniqueId id, int rank)
    {
        for (int i = 0; i < UniqueId.Length; i++)
        {
            if (id.Bytes[i] != i + 1) return 4;
        }

        *communicator = size;
        return rank >= 0 && rank < size ? 0 : 5;
    }

    // ncclSum (0) of ncclFloat32 (7), as if every process had the same numbers.
    [UnmanagedCallersOnly]
    private static int AllReduce(float* from, float* to, nuint count, int type, int operation, nint communicator, nint stream)
    {
        if (type != 7 || operation != 0 || stream != Stream) return 4;
        for (nuint i = 0; i < count; i++) to[i] = from[i] * communicator;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int CommGetAsyncError(nint communicator, int* error)
    {
        *error = communicator == 4 ? 7 : 6;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int Forget(nint communicator) => communicator is 4 or 5 ? 0 : 4;

    [UnmanagedCallersOnly]
    private static nint GetErrorString(int code) => Marshal.StringToCoTaskMemUTF8($"error {code}");

    [StructLayout(LayoutKind.Sequential)]
    private struct UniqueId
    {
        public const int Length = 128;

        public fixed byte Bytes[Length];
    }
}
