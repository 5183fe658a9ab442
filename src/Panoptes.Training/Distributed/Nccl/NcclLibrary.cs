using System.Runtime.InteropServices;

namespace Panoptes.Training.Distributed.Nccl;

/// <summary>
/// The functions of an installed NCCL (or of RCCL, which has the same), by their C interface (NVIDIA, NCCL API reference, version 2: nccl.h).
/// </summary>
internal sealed unsafe class NcclLibrary
{
    /// <summary>The environment variable that names the library's file; <c>0</c> leaves gradients to MPI.</summary>
    public const string Variable = "PANOPTES_NCCL";

    private const int Float32 = 7; // ncclFloat32
    private const int Sum = 0; // ncclSum
    private const int InProgress = 7; // ncclInProgress

    private readonly delegate* unmanaged<int*, int> _version;
    private readonly delegate* unmanaged<NcclUniqueId*, int> _uniqueId;
    private readonly delegate* unmanaged<nint*, int, NcclUniqueId, int, int> _join;
    private readonly delegate* unmanaged<void*, void*, nuint, int, int, nint, nint, int> _allReduce;
    private readonly delegate* unmanaged<nint, int*, int> _asyncError;
    private readonly delegate* unmanaged<nint, int> _destroy;
    private readonly delegate* unmanaged<nint, int> _abort;
    private readonly delegate* unmanaged<int, byte*> _errorText;

    /// <summary>Takes the functions.</summary>
    /// <param name="find">Finds the address of a function; 0 where there is none.</param>
    /// <param name="file">Where they are, for messages.</param>
    /// <exception cref="InputException">A function is missing.</exception>
    internal NcclLibrary(Func<string, nint> find, string file)
    {
        _version = (delegate* unmanaged<int*, int>)Export("ncclGetVersion");
        _uniqueId = (delegate* unmanaged<NcclUniqueId*, int>)Export("ncclGetUniqueId");
        _join = (delegate* unmanaged<nint*, int, NcclUniqueId, int, int>)Export("ncclCommInitRank");
        _allReduce = (delegate* unmanaged<void*, void*, nuint, int, int, nint, nint, int>)Export("ncclAllReduce");
        _asyncError = (delegate* unmanaged<nint, int*, int>)Export("ncclCommGetAsyncError");
        _destroy = (delegate* unmanaged<nint, int>)Export("ncclCommDestroy");
        _abort = (delegate* unmanaged<nint, int>)Export("ncclCommAbort");
        _errorText = (delegate* unmanaged<int, byte*>)Export("ncclGetErrorString");

        nint Export(string name) => find(name) is var address and not 0
            ? address
            : throw InputException.ForSetting(
                Variable, $"'{file}' has no '{name}'; allowed are NCCL 2.4 and newer", InputErrorKind.Unsupported);
    }

    /// <summary>Such as 22703 for 2.27.3.</summary>
    public int Version
    {
        get
        {
            int version;
            Check(_version(&version), "ncclGetVersion");
            return version;
        }
    }

    /// <summary>Loads the library: the file of <see cref="Variable"/>, or the one that the system finds.</summary>
    /// <returns>Null where there is none, or none is wanted.</returns>
    /// <exception cref="InputException">The file that the variable names cannot be loaded, or is not NCCL.</exception>
    public static NcclLibrary? TryLoad()
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        if (named is "0")
        {
            return null;
        }

        if (named is { Length: > 0 })
        {
            return Open(named);
        }

        foreach (string file in new[] { "libnccl.so.2", "libnccl.so", "librccl.so.1" })
        {
            if (NativeLibrary.TryLoad(file, out nint library))
            {
                return Of(library, file);
            }
        }

        return null;
    }

    /// <summary>Loads a library.</summary>
    /// <param name="file">Its file, or the name by which the system finds it.</param>
    /// <exception cref="InputException">It cannot be loaded, or is not NCCL.</exception>
    public static NcclLibrary Open(string file) => NativeLibrary.TryLoad(file, out nint library)
        ? Of(library, file)
        : throw InputException.ForSetting(Variable, $"'{file}' cannot be loaded; it must be the file of NCCL, or 0", InputErrorKind.NotFound);

    /// <summary>ncclGetUniqueId: called by one process, which gives it to the others.</summary>
    public NcclUniqueId CreateId()
    {
        NcclUniqueId id;
        Check(_uniqueId(&id), "ncclGetUniqueId");
        return id;
    }

    /// <summary>ncclCommInitRank: waits until all processes call it, each with the device current that it computes on.</summary>
    /// <returns>The communicator.</returns>
    public nint Join(int size, NcclUniqueId id, int rank)
    {
        nint communicator;
        Check(_join(&communicator, size, id, rank), "ncclCommInitRank");
        return communicator;
    }

    /// <summary>ncclAllReduce with ncclSum, in place: asks the stream to add floats up.</summary>
    public void AllReduce(void* data, long count, nint communicator, nint stream) =>
        Check(_allReduce(data, data, checked((nuint)count), Float32, Sum, communicator, stream), "ncclAllReduce");

    /// <summary>ncclCommGetAsyncError: throws where what was asked for has failed.</summary>
    public void ThrowIfFailed(nint communicator)
    {
        int error;
        Check(_asyncError(communicator, &error), "ncclCommGetAsyncError");
        if (error != InProgress)
        {
            Check(error, "ncclAllReduce");
        }
    }

    /// <summary>ncclCommDestroy, after all that was asked for is done.</summary>
    public void Leave(nint communicator) => Check(_destroy(communicator), "ncclCommDestroy");

    /// <summary>ncclCommAbort: leaves without the others.</summary>
    public void Abort(nint communicator) => _ = _abort(communicator);

    private static NcclLibrary Of(nint library, string file) =>
        new(name => NativeLibrary.TryGetExport(library, name, out nint address) ? address : 0, file);

    private void Check(int code, string call)
    {
        if (code != 0)
        {
            throw new IOException($"{call} failed with code {code}: {Marshal.PtrToStringUTF8((nint)_errorText(code))}");
        }
    }
}
