using System.Runtime.InteropServices;
using System.Text;

namespace Panoptes.Training.Distributed.Mpi;

/// <summary>The functions of an installed MPI library, Open MPI or one of MPICH's family, by their C interface.</summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>The environment variable that names the library's file, where it is not found by its usual names.</summary>
    public const string Variable = "PANOPTES_MPI";

    private const int RtldNow = 2;
    private const int RtldGlobal = 0x100;
    private const int RtldGlobalMac = 8;
    private const int Funneled = 1; // MPI_THREAD_FUNNELED: the thread that initialized makes all calls

    private readonly nint _library;
    private readonly delegate* unmanaged<nint, nint, int, int*, int> _initThread;
    private readonly delegate* unmanaged<int*, int> _initialized;
    private readonly delegate* unmanaged<int> _finalize;
    private readonly delegate* unmanaged<nint, int*, int> _rank;
    private readonly delegate* unmanaged<nint, int*, int> _size;
    private readonly delegate* unmanaged<nint, nint, int> _setErrorHandler;
    private readonly delegate* unmanaged<void*, int, nint, int, nint, nint*, int> _broadcast;
    private readonly delegate* unmanaged<void*, void*, int, nint, nint, nint, nint*, int> _allReduce;
    private readonly delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, nint*, int> _allGather;
    private readonly delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int> _exchange;
    private readonly delegate* unmanaged<nint*, int*, nint, int> _test;
    private readonly delegate* unmanaged<byte*, int*, int> _version;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorText;

    private MpiLibrary(nint library)
    {
        _library = library;
        IsOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _);
        Handles = IsOpenMpi ? MpiHandles.OfOpenMpi(Export) : MpiHandles.OfMpich;
        _initThread = (delegate* unmanaged<nint, nint, int, int*, int>)Export("MPI_Init_thread");
        _initialized = (delegate* unmanaged<int*, int>)Export("MPI_Initialized");
        _finalize = (delegate* unmanaged<int>)Export("MPI_Finalize");
        _rank = (delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_rank");
        _size = (delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_size");
        _setErrorHandler = (delegate* unmanaged<nint, nint, int>)Export("MPI_Comm_set_errhandler");
        _broadcast = (delegate* unmanaged<void*, int, nint, int, nint, nint*, int>)Export("MPI_Ibcast");
        _allReduce = (delegate* unmanaged<void*, void*, int, nint, nint, nint, nint*, int>)Export("MPI_Iallreduce");
        _allGather = (delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, nint*, int>)Export("MPI_Iallgatherv");
        _exchange = (delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int>)Export("MPI_Ialltoallv");
        _test = (delegate* unmanaged<nint*, int*, nint, int>)Export("MPI_Test");
        _version = (delegate* unmanaged<byte*, int*, int>)Export("MPI_Get_library_version");
        _errorText = (delegate* unmanaged<int, byte*, int*, int>)Export("MPI_Error_string");
    }

    /// <summary>Whether it is Open MPI, and not of MPICH's family.</summary>
    public bool IsOpenMpi { get; }

    /// <summary>Its constants.</summary>
    public MpiHandles Handles { get; }

    /// <summary>Its name and version, such as <c>Open MPI v4.1.4</c>.</summary>
    public string Version
    {
        get
        {
            byte* text = stackalloc byte[8192]; // MPI_MAX_LIBRARY_VERSION_STRING: 256 in Open MPI, 8192 in MPICH
            int length = 0;
            Check(_version(text, &length), "MPI_Get_library_version");
            string[] words = Encoding.UTF8.GetString(text, length).Split(['\n', ',', '\0'], 2)[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return string.Join(' ', words);
        }
    }

    /// <summary>Loads the library: the file of <see cref="Variable"/>, or the first of the usual names that the system finds.</summary>
    /// <param name="prefersMpich">Whether the processes were started by MPICH's launcher, so that its library is tried first.</param>
    /// <exception cref="InputException">None is found; the message says what to install.</exception>
    public static MpiLibrary Load(bool prefersMpich)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return TryOpen(named, out nint library)
                ? new MpiLibrary(library)
                : throw InputException.ForSetting(Variable, $"'{named}' cannot be loaded; it must be the file of an MPI library", InputErrorKind.NotFound);
        }

        string[] names = Names(prefersMpich);
        foreach (string name in names)
        {
            if (TryOpen(name, out nint library))
            {
                return new MpiLibrary(library);
            }
        }

        throw InputException.ForSetting(
            Variable,
            "the process was started as one of several, but no MPI library is found (" + string.Join(", ", names) + "); install the Open MPI "
            + "or MPICH whose mpirun started it, or set this variable to the library's file",
            InputErrorKind.NotFound);
    }

    /// <summary>MPI_Init_thread; all further calls come from this thread.</summary>
    public void Initialize()
    {
        int done = 0, level = 0;
        Check(_initialized(&done), "MPI_Initialized");
        if (done == 0)
        {
            Check(_initThread(0, 0, Funneled, &level), "MPI_Init_thread");
        }

        // By itself MPI ends the process where a call fails, before anyone could say which process is lost.
        Check(_setErrorHandler(Handles.World, Handles.ErrorsReturn), "MPI_Comm_set_errhandler");
    }

    /// <summary>MPI_Finalize.</summary>
    public void FinishAll() => Check(_finalize(), "MPI_Finalize");

    /// <summary>MPI_Comm_rank of all processes.</summary>
    public int Rank()
    {
        int rank;
        Check(_rank(Handles.World, &rank), "MPI_Comm_rank");
        return rank;
    }

    /// <summary>MPI_Comm_size of all processes.</summary>
    public int Size()
    {
        int size;
        Check(_size(Handles.World, &size), "MPI_Comm_size");
        return size;
    }

    /// <summary>MPI_Ibcast of bytes from process 0.</summary>
    /// <returns>The request.</returns>
    public nint Broadcast(byte* data, int count)
    {
        nint request = 0;
        Check(_broadcast(data, count, Handles.Byte, 0, Handles.World, &request), "MPI_Ibcast");
        return request;
    }

    /// <summary>MPI_Iallreduce with MPI_SUM, in place.</summary>
    /// <param name="data">The numbers.</param>
    /// <param name="count">How many.</param>
    /// <returns>The request.</returns>
    public nint Sum(double* data, int count)
    {
        nint request = 0;
        Check(_allReduce((void*)Handles.InPlace, data, count, Handles.Double, Handles.Sum, Handles.World, &request), "MPI_Iallreduce");
        return request;
    }

    /// <summary>MPI_Iallgatherv of bytes.</summary>
    /// <param name="own">What this process gives; null where it is in its place in <paramref name="all"/> already.</param>
    /// <param name="count">Its length.</param>
    /// <param name="all">Receives all processes' bytes, one after the other.</param>
    /// <param name="counts">The length of each.</param>
    /// <param name="starts">Where each begins in <paramref name="all"/>.</param>
    /// <returns>The request.</returns>
    public nint Gather(byte* own, int count, byte* all, int* counts, int* starts)
    {
        nint request = 0;
        Check(_allGather(own is null ? (void*)Handles.InPlace : own, count, Handles.Byte, all, counts, starts, Handles.Byte, Handles.World, &request), "MPI_Iallgatherv");
        return request;
    }

    /// <summary>MPI_Ialltoallv of bytes: each process gives each other one a range of its own.</summary>
    /// <param name="given">What this process gives.</param>
    /// <param name="givenCounts">How many bytes to each.</param>
    /// <param name="givenStarts">Where they begin.</param>
    /// <param name="taken">Receives what the others give.</param>
    /// <param name="takenCounts">How many bytes from each.</param>
    /// <param name="takenStarts">Where they go.</param>
    /// <returns>The request.</returns>
    public nint Exchange(byte* given, int* givenCounts, int* givenStarts, byte* taken, int* takenCounts, int* takenStarts)
    {
        nint request = 0;
        Check(_exchange(
            given, givenCounts, givenStarts, Handles.Byte, taken, takenCounts, takenStarts, Handles.Byte, Handles.World, &request), "MPI_Ialltoallv");
        return request;
    }

    /// <summary>MPI_Test: moves communication on, and says whether a request is done.</summary>
    public bool IsDone(ref nint request)
    {
        int done = 0;
        nint value = request;
        Check(_test(&value, &done, Handles.IgnoreStatus), "MPI_Test");
        request = value;
        return done != 0;
    }

    private static string[] Names(bool prefersMpich)
    {
        if (OperatingSystem.IsWindows()) return ["msmpi.dll", "impi.dll"];
        if (OperatingSystem.IsMacOS()) return prefersMpich ? ["libmpi.12.dylib", "libmpi.dylib"] : ["libmpi.40.dylib", "libmpi.dylib"];
        string[] open = ["libmpi.so.40"], mpich = ["libmpich.so.12", "libmpi.so.12", "libmpi_cray.so.12"];
        return [.. prefersMpich ? mpich.Concat(open) : open.Concat(mpich), "libmpi.so"];
    }

    // Open MPI's parts are libraries of their own, which look for the first one's symbols among the global ones.
    private static bool TryOpen(string name, out nint library)
    {
        string? system = OperatingSystem.IsLinux() ? "libc.so.6" : OperatingSystem.IsMacOS() ? "libSystem.dylib" : null;
        if (system is null)
        {
            return NativeLibrary.TryLoad(name, out library);
        }

        delegate* unmanaged<byte*, int, nint> open =
            (delegate* unmanaged<byte*, int, nint>)NativeLibrary.GetExport(NativeLibrary.Load(system), "dlopen");
        fixed (byte* path = Encoding.UTF8.GetBytes(name + "\0"))
        {
            library = open(path, RtldNow | (OperatingSystem.IsMacOS() ? RtldGlobalMac : RtldGlobal));
        }

        return library != 0;
    }

    private nint Export(string name) => NativeLibrary.TryGetExport(_library, name, out nint address)
        ? address
        : throw InputException.ForSetting(
            Variable, $"the MPI library has no '{name}'; allowed are those of MPI 3.0 and newer", InputErrorKind.Unsupported);

    private void Check(int code, string call)
    {
        if (code == 0)
        {
            return;
        }

        byte* text = stackalloc byte[8192];
        int length = 0;
        string reason = _errorText(code, text, &length) == 0 ? Encoding.UTF8.GetString(text, length) : "unknown";
        throw new IOException($"{call} failed with code {code}: {reason}");
    }
}
