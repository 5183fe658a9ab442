using System.Runtime.InteropServices;
using System.Text;
using Panoptes.Training.Distributed.Mpi;
using Panoptes.Training.Distributed.Watch;

namespace Panoptes.Training.Distributed;

/// <summary>
/// The processes that train one run together, each on its share of every batch: what <c>mpirun -n 8</c> or <c>srun</c> started. They talk
/// by the MPI library of the machine. Process 0 alone writes files.
/// </summary>
/// <remarks>
/// All processes must do the same in the same order: whatever one sends, the others wait for. A process that ends or hangs ends the others,
/// which throw <see cref="ProcessLostException"/>.
/// </remarks>
public sealed class ProcessGroup : IDisposable
{
    /// <summary>Default of how long nothing may be heard from a process: 30 seconds.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    // MPI moves data on only while it is called. Waiting processes share their cores with those that still compute.
    private static readonly TimeSpan s_busyWait = TimeSpan.FromMilliseconds(1);

    private readonly MpiLibrary _mpi;
    private readonly WorkThread _thread = new("Panoptes MPI");
    private readonly ProcessWatch? _watch; // null until all are connected
    private bool _isBroken;

    private ProcessGroup(ProcessLaunch launch, TimeSpan timeout)
    {
        LocalRank = launch.LocalRank;
        LocalSize = launch.LocalSize;
        _mpi = MpiLibrary.Load(launch.IsMpich);
        (Rank, Size, Library) = Run(() =>
        {
            _mpi.Initialize();
            return (_mpi.Rank(), _mpi.Size(), _mpi.Version);
        });
        if (Size != launch.Size)
        {
            throw InputException.ForSetting(
                MpiLibrary.Variable,
                $"{Library} sees {Size} process{(Size == 1 ? "" : "es")}, but the launcher started {launch.Size}: the library belongs to another "
                + "mpirun than the one that was used; set this variable to the file of the library that belongs to it");
        }

        _watch = ProcessWatch.Join(this, timeout, lost => Lost?.Invoke(lost));
    }

    /// <summary>
    /// Another process ended without a word, or nothing is heard from it. Raised once, on a thread of its own, at the moment that it is known:
    /// the thread that trains learns of it when it next waits for the others, and the launcher may end this process before.
    /// </summary>
    public event Action<ProcessLostException>? Lost;

    /// <summary>Which process this is, from 0.</summary>
    public int Rank { get; }

    /// <summary>How many processes there are, at least 2.</summary>
    public int Size { get; }

    /// <summary>Which process of its machine this is, from 0: the number of its graphics card.</summary>
    public int LocalRank { get; }

    /// <summary>How many processes share this machine and its cores.</summary>
    public int LocalSize { get; }

    /// <summary>The MPI library, such as <c>Open MPI v4.1.4</c>.</summary>
    public string Library { get; }

    /// <summary>Whether this process writes files and speaks to the user.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>Joins the other processes that the launcher started.</summary>
    /// <param name="timeout">How long nothing may be heard from a process before it counts as lost; null for
    /// <see cref="DefaultTimeout"/>.</param>
    /// <returns>Null where the process was started alone.</returns>
    /// <exception cref="InputException">There are several, but no MPI library, or it belongs to another launcher.</exception>
    public static ProcessGroup? Join(TimeSpan? timeout = null) =>
        ProcessLaunch.Read(Environment.GetEnvironmentVariable) is { } launch ? new ProcessGroup(launch, timeout ?? DefaultTimeout) : null;

    /// <summary>Leaves the group. Where a process is lost it does so without waiting for the others.</summary>
    public void Dispose()
    {
        if (!_isBroken)
        {
            Sum([0]); // MPI_Finalize waits for the others with all its core
        }

        _watch?.Dispose();
        if (!_isBroken)
        {
            Run(() =>
            {
                _mpi.FinishAll();
                return true;
            });
        }

        _thread.Dispose();
    }

    /// <summary>Tells the other processes why this one ends before its work is done, so that they do not wait for it.</summary>
    /// <param name="reason">What went wrong.</param>
    public void Fail(string reason)
    {
        _isBroken = true;
        _watch?.Fail(reason);
    }

    /// <summary>Another process failed, and tells the reason, or is told of: what to throw.</summary>
    /// <param name="isBetweenSteps">Whether no step was begun yet.</param>
    internal ProcessLostException OtherFailed(bool isBetweenSteps = false)
    {
        _isBroken = true;
        ProcessLostException? told = _watch?.WaitForFailure();
        return new ProcessLostException(told?.Message ?? "another process failed, and did not say why", told?.IsTold ?? false)
        {
            IsBetweenSteps = isBetweenSteps,
        };
    }

    /// <summary>Says how far this process has come, for messages about it.</summary>
    internal void AtStep(int iteration)
    {
        if (_watch is not null)
        {
            _watch.Step = iteration;
        }
    }

    /// <summary>Throws where a process is lost, for what waits for something other than MPI.</summary>
    /// <exception cref="ProcessLostException">A process is lost.</exception>
    internal void ThrowIfLost()
    {
        if (_watch?.Failure is { } failure)
        {
            _isBroken = true;
            throw failure;
        }
    }

    /// <summary>Sends bytes from process 0 to all.</summary>
    /// <param name="data">What is sent by process 0 and received by the others; of one length everywhere.</param>
    internal unsafe void Broadcast(Span<byte> data)
    {
        fixed (byte* first = data)
        {
            byte* start = first;
            int count = data.Length;
            Run(() => Finish(_mpi.Broadcast(start, count)));
        }
    }

    /// <summary>Sends a text of any length from process 0 to all.</summary>
    /// <param name="text">The text of process 0; the others' is not looked at.</param>
    /// <returns>The text of process 0.</returns>
    public string Broadcast(string text)
    {
        byte[] bytes = IsFirst ? Encoding.UTF8.GetBytes(text) : [];
        long[] length = [bytes.Length];
        Broadcast(MemoryMarshal.AsBytes(length.AsSpan()));
        if (!IsFirst)
        {
            bytes = new byte[length[0]];
        }

        Broadcast(bytes);
        return IsFirst ? text : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Sends a number from process 0 to all.</summary>
    internal double Broadcast(double number)
    {
        double[] numbers = [number];
        Broadcast(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers[0];
    }

    /// <summary>Adds numbers up over all processes; each receives the same sums.</summary>
    /// <param name="own">As many numbers everywhere.</param>
    internal unsafe double[] Sum(double[] own)
    {
        double[] sums = [.. own];
        fixed (double* first = sums)
        {
            double* start = first;
            Run(() => Finish(_mpi.Sum(start, sums.Length)));
        }

        return sums;
    }

    /// <summary>Gives each process what all have, in their order.</summary>
    /// <param name="own">What this process has, of any length.</param>
    internal unsafe byte[][] Gather(byte[] own)
    {
        double[] lengths = new double[Size];
        lengths[Rank] = own.Length;
        int[] counts = [.. Sum(lengths).Select(length => checked((int)length))];
        int[] starts = new int[Size];
        for (int i = 1; i < Size; i++)
        {
            starts[i] = checked(starts[i - 1] + counts[i - 1]);
        }

        byte[] all = new byte[starts[^1] + counts[^1]];
        fixed (byte* from = own, to = all)
        fixed (int* sizes = counts, places = starts)
        {
            byte* source = from;
            byte* target = to;
            int* lengthOf = sizes;
            int* placeOf = places;
            Run(() => Finish(_mpi.Gather(source, own.Length, target, lengthOf, placeOf)));
        }

        return [.. counts.Select((count, i) => all[starts[i]..(starts[i] + count)])];
    }

    /// <summary>Gives each process all processes' numbers, in their order.</summary>
    internal double[][] Gather(double[] own) =>
        [.. Gather(MemoryMarshal.AsBytes<double>(own).ToArray()).Select(bytes => MemoryMarshal.Cast<byte, double>(bytes).ToArray())];

    /// <summary>Runs an operation on the thread of MPI, after those that were started before it, while the caller goes on.</summary>
    /// <param name="operation">Starts one or several requests, and ends each of them.</param>
    internal Task Start(Action<MpiLibrary, Action<nint>> operation) => _thread.Start(() =>
    {
        operation(_mpi, request => Finish(request));
        return true;
    });

    private T Run<T>(Func<T> work) => _thread.Start(work).GetAwaiter().GetResult();

    // On the MPI thread: to the end of a request, or of a process.
    private bool Finish(nint request)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!Test(ref request))
        {
            ThrowIfLost();
            if (System.Diagnostics.Stopwatch.GetElapsedTime(start) < s_busyWait)
            {
                Thread.Yield();
            }
            else
            {
                Thread.Sleep(1);
            }
        }

        return true;
    }

    private bool Test(ref nint request)
    {
        try
        {
            return _mpi.IsDone(ref request);
        }
        catch (IOException error)
        {
            // A lost process, which the watch knows by name in a moment.
            _isBroken = true;
            throw _watch?.WaitForFailure() ?? new ProcessLostException($"{error.Message} (process {Rank}, after step {_watch?.Step})");
        }
    }
}
