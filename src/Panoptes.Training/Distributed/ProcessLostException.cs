namespace Panoptes.Training.Distributed;

/// <summary>One of the processes that train together ended, or cannot be reached: the others cannot go on.</summary>
/// <param name="message">Which one, on which machine, after which step, and what to do.</param>
/// <param name="isTold">Whether another process says so to the user already.</param>
public sealed class ProcessLostException(string message, bool isTold = false) : Exception(message)
{
    /// <summary>Whether another process, the first one, says so to the user already: this one can stay silent.</summary>
    public bool IsTold { get; } = isTold;

    /// <summary>Whether it happened before a step was begun, so that what was learned can be saved as it is.</summary>
    internal bool IsBetweenSteps { get; init; }
}
