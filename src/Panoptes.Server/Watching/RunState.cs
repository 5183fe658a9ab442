namespace Panoptes.Server.Watching;

/// <summary>Where a run stands.</summary>
internal enum RunState
{
    /// <summary>A process writes to it.</summary>
    Running,

    /// <summary>It made all of its iterations, or used all of its time.</summary>
    Finished,

    /// <summary>It ended before: it was interrupted, or did not get better. It can be resumed.</summary>
    Stopped,

    /// <summary>The process that wrote to it is gone without an end: it was killed, or its machine went down.</summary>
    Lost,
}
