namespace Panoptes.Server.Models;

/// <summary>One of the service's models: its file, and its network while that is loaded.</summary>
/// <param name="name">The name that requests give.</param>
/// <param name="source">The file.</param>
internal sealed class HostedModel(string name, ModelSource source)
{
    /// <summary>The name that requests give.</summary>
    public string Name => name;

    /// <summary>The file that requests are answered with.</summary>
    public ModelSource Source { get; set; } = source;

    /// <summary>The network; null while it is not loaded.</summary>
    public LoadedModel? Loaded { get; set; }

    /// <summary>Why a replaced file, or the file at all, cannot be loaded, in words for clients; null where it can.</summary>
    public string? Error { get; set; }

    /// <summary>One loading at a time.</summary>
    public SemaphoreSlim Loading { get; } = new(1, 1);

    /// <summary>The stamp that was seen at the last look.</summary>
    public (long Bytes, DateTime Written) Seen { get; set; } = (source.Bytes, source.Written);

    /// <summary>The stamp that was tried last, with or without success.</summary>
    public (long Bytes, DateTime Written) Tried { get; set; } = (source.Bytes, source.Written);
}
