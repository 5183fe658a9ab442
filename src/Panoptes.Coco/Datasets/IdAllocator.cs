namespace Panoptes.Coco.Datasets;

/// <summary>Gives ids away once: the one asked for, or where that is taken one beyond all.</summary>
internal sealed class IdAllocator
{
    private readonly HashSet<long> _taken = [];
    private long _last;

    /// <param name="all">All ids that will be asked for.</param>
    public IdAllocator(IEnumerable<long> all) => _last = all.Append(0).Max();

    /// <summary>How many were taken already.</summary>
    public int Clashes { get; private set; }

    /// <summary>The id, or another one where it is taken.</summary>
    public long Take(long id)
    {
        if (_taken.Add(id))
        {
            return id;
        }

        Clashes++;
        _taken.Add(++_last);
        return _last;
    }
}
