using Panoptes.Inference;

namespace Panoptes.Server.Models;

/// <summary>A network in memory, counted by who uses it: it ends once it is retired and nobody does.</summary>
internal sealed class LoadedModel(ModelSource source, INetwork network, IDisposable owner)
{
    private readonly Lock _lock = new();
    private int _users;
    private bool _isRetired;

    /// <summary>The file that it was loaded from.</summary>
    public ModelSource Source => source;

    /// <summary>The network.</summary>
    public INetwork Network => network;

    /// <summary>When it was used last, by <see cref="Environment.TickCount64"/>.</summary>
    public long LastUsed { get; private set; } = Environment.TickCount64;

    /// <summary>Whether nobody uses it now.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock) return _users == 0;
        }
    }

    /// <summary>Begins to use it.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isRetired && _users == 0, this);
            _users++;
            LastUsed = Environment.TickCount64;
        }
    }

    /// <summary>Ends a use.</summary>
    public void Leave()
    {
        bool ends;
        lock (_lock)
        {
            LastUsed = Environment.TickCount64;
            ends = --_users == 0 && _isRetired;
        }

        if (ends) owner.Dispose();
    }

    /// <summary>Lets it end as soon as nobody uses it.</summary>
    public void Retire()
    {
        bool ends;
        lock (_lock)
        {
            ends = !_isRetired && _users == 0;
            _isRetired = true;
        }

        if (ends) owner.Dispose();
    }
}
