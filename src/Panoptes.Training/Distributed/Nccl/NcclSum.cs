using System.Runtime.InteropServices;
using Panoptes.Torch;

namespace Panoptes.Training.Distributed.Nccl;

/// <summary>
/// Adds tensors up from graphics card to graphics card, on a stream of its own next to the one that computes. Not yet run on a GPU.
/// </summary>
internal sealed class NcclSum : IGradientSum
{
    private readonly ProcessGroup _group;
    private readonly NcclLibrary _nccl;
    private readonly CudaStream _stream;
    private readonly nint _communicator;
    private bool _isBroken;

    private NcclSum(ProcessGroup group, NcclLibrary nccl, int device)
    {
        (_group, _nccl, _stream) = (group, nccl, new CudaStream(device));
        NcclUniqueId id = group.IsFirst ? nccl.CreateId() : default;
        group.Broadcast(MemoryMarshal.AsBytes(new Span<NcclUniqueId>(ref id)));

        // It waits for all processes and can't be asked to stop: if one is lost meanwhile, its thread is left behind.
        Task<nint> join = Task.Factory.StartNew(
            () =>
            {
                using CudaStream.Entry entry = _stream.Enter();
                return nccl.Join(group.Size, id, group.Rank);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        while (!((IAsyncResult)join).AsyncWaitHandle.WaitOne(TimeSpan.FromMilliseconds(20)))
        {
            group.ThrowIfLost();
        }

        _communicator = join.GetAwaiter().GetResult();
    }

    /// <summary>Connects the graphics cards of all processes, if each finds NCCL.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="device">This process's graphics card.</param>
    /// <returns>Null where one of them has no NCCL.</returns>
    /// <exception cref="InputException">The library that is named cannot be used.</exception>
    /// <exception cref="ProcessLostException">A process is lost.</exception>
    public static NcclSum? TryJoin(ProcessGroup group, Device device)
    {
        NcclLibrary? nccl = NcclLibrary.TryLoad();
        bool all = group.Sum([nccl is null ? 0 : 1])[0] == group.Size;
        return all ? new NcclSum(group, nccl!, Math.Max(0, device.Index)) : null;
    }

    /// <inheritdoc />
    public unsafe Action Start(IReadOnlyList<Tensor> own)
    {
        Tensor numbers = own[0]; // a process with a graphics card makes one pass
        using CudaStream.Entry entry = _stream.Enter();
        _stream.WaitForDefault();
        _nccl.AllReduce(numbers.DataPointer(), numbers.Count, _communicator, _stream.Handle);
        nint done = _stream.Mark();
        return () => Wait(done);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_isBroken)
        {
            _nccl.Leave(_communicator);
        }

        _stream.Dispose();
    }

    private void Wait(nint done)
    {
        using CudaStream.Entry entry = _stream.Enter();
        try
        {
            while (!_stream.IsDone(done))
            {
                _group.ThrowIfLost();
                _nccl.ThrowIfFailed(_communicator);
                Thread.Yield();
            }
        }
        catch (Exception error) when (error is ProcessLostException or IOException)
        {
            _isBroken = true;
            _nccl.Abort(_communicator);
            throw;
        }

        _stream.Forget(done);
    }
}
