using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Panoptes.Torch;
using Panoptes.Training.Data;
using Panoptes.Training.Distributed.Mpi;

namespace Panoptes.Training.Distributed;

/// <summary>
/// Adds tensors up over the passes of all processes, in the passes' order. Sums of floats depend on their order, and <c>MPI_Allreduce</c>
/// takes another one for each number of processes; training enlarges the difference. Here each process adds up one range of the numbers:
/// it receives that range of every pass, and all receive its sums. Where each process makes one pass, the bytes sent are those of the usual
/// ring: 2 (n - 1) / n of the tensor's.
/// </summary>
/// <param name="group">The processes.</param>
/// <param name="passes">Passes side by side in all processes, shared as <see cref="LoaderShare.Deal"/> says.</param>
internal sealed class OrderedSum(ProcessGroup group, int passes) : IGradientSum
{
    private readonly LoaderShare[] _shares = [.. Enumerable.Range(0, group.Size).Select(rank => LoaderShare.Deal(passes, rank, group.Size))];
    private float[] _received = []; // the own range of every pass, for one sum after the other

    /// <inheritdoc />
    public unsafe Action Start(IReadOnlyList<Tensor> own)
    {
        int count = checked((int)own[0].Count);
        nint[] parts = [.. own.Select(tensor => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.AsSpan<float>())))];
        Task task = group.Start((mpi, finish) => Add(mpi, finish, parts, count));
        return () => task.GetAwaiter().GetResult();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // Nothing but memory.
    }

    private unsafe void Add(MpiLibrary mpi, Action<nint> finish, nint[] own, int count)
    {
        int[] starts = [.. Enumerable.Range(0, group.Size).Select(rank => (int)((long)count * rank / group.Size))];
        int[] lengths = [.. starts.Select((start, rank) => (rank + 1 < group.Size ? starts[rank + 1] : count) - start)];
        int length = lengths[group.Rank];
        if (_received.Length < passes * length)
        {
            _received = new float[passes * length];
        }

        fixed (float* received = _received)
        {
            for (int pass = 0; pass < _shares.Max(share => share.Count); pass++)
            {
                bool gives = pass < own.Length;
                int[] givenCounts = [.. lengths.Select(l => gives ? Bytes(l) : 0)];
                int[] givenStarts = [.. starts.Select(Bytes)];
                int[] takenCounts = [.. _shares.Select(share => pass < share.Count ? Bytes(length) : 0)];
                int[] takenStarts = [.. _shares.Select(share => Bytes(length * (share.First + Math.Min(pass, share.Count - 1))))];
                fixed (int* gc = givenCounts, gs = givenStarts, tc = takenCounts, ts = takenStarts)
                {
                    finish(mpi.Exchange((byte*)own[gives ? pass : 0], gc, gs, (byte*)received, tc, ts));
                }
            }
        }

        Span<float> sums = new((float*)own[0] + starts[group.Rank], length);
        _received.AsSpan(0, length).CopyTo(sums);
        for (int pass = 1; pass < passes; pass++)
        {
            AddTo(sums, _received.AsSpan(pass * length, length));
        }

        int[] sumCounts = [.. lengths.Select(Bytes)], sumStarts = [.. starts.Select(Bytes)];
        fixed (int* sc = sumCounts, ss = sumStarts)
        {
            finish(mpi.Gather(null, 0, (byte*)own[0], sc, ss));
        }
    }

    private static int Bytes(int numbers) => checked(numbers * sizeof(float));

    private static void AddTo(Span<float> sums, ReadOnlySpan<float> numbers)
    {
        Span<Vector<float>> wide = MemoryMarshal.Cast<float, Vector<float>>(sums);
        ReadOnlySpan<Vector<float>> others = MemoryMarshal.Cast<float, Vector<float>>(numbers);
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] += others[i];
        }

        for (int i = wide.Length * Vector<float>.Count; i < sums.Length; i++)
        {
            sums[i] += numbers[i];
        }
    }
}
