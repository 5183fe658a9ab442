using System.Collections.Concurrent;

namespace Panoptes.Training.Data;

/// <summary>Batches that were given back and wait to be filled again; as many as were ever in use at once.</summary>
internal sealed class BatchPool
{
    private readonly ConcurrentBag<Batch> _free = [];

    public Batch Rent() => _free.TryTake(out Batch? batch) ? batch : new Batch(_free.Add);
}
