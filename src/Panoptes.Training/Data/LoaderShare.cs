using Panoptes.Training.Distributed;

namespace Panoptes.Training.Data;

/// <summary>
/// Which batches of the stream one process makes, where several share them: of every <paramref name="Of"/> batches in a row,
/// <paramref name="Count"/> from <paramref name="First"/> on.
/// </summary>
/// <param name="First">The first one, from 0.</param>
/// <param name="Count">How many, at least 1.</param>
/// <param name="Of">How many all processes make together.</param>
internal readonly record struct LoaderShare(int First, int Count, int Of)
{
    /// <summary>All batches.</summary>
    public static LoaderShare All { get; } = new(0, 1, 1);

    /// <summary>Deals batches out evenly, in the order of the processes.</summary>
    /// <param name="batches">How many batches in a row, at least as many as processes.</param>
    /// <param name="rank">The process, from 0.</param>
    /// <param name="size">How many processes.</param>
    public static LoaderShare Deal(int batches, int rank, int size)
    {
        Shard own = new(rank + 1, size);
        return new LoaderShare(own.First(batches), own.End(batches) - own.First(batches), batches);
    }

    /// <summary>Whether a batch belongs to it.</summary>
    /// <param name="number">The batch, from 0.</param>
    public bool Holds(long number) => number % Of - First is var place && place >= 0 && place < Count;

    /// <summary>Batches that all processes have taken once this one has taken that of a number.</summary>
    public long TakenAfter(long number) => Of == 1 ? number + 1 : ((number / Of) + 1) * Of;
}
