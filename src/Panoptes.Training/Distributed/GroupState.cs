namespace Panoptes.Training.Distributed;

/// <summary>Whether the processes of a group can go on together: what they tell each other where one alone would just throw.</summary>
internal static class GroupState
{
    private const byte Ready = 0;
    private const byte Stopped = 1;
    private const byte Failed = 2;

    /// <summary>The state of a process.</summary>
    /// <param name="problem">Why it cannot go on; null where it can.</param>
    public static byte Of(Exception? problem) => problem switch { null => Ready, OperationCanceledException => Stopped, _ => Failed };

    /// <summary>Makes sure that all can go on.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="states">Their states.</param>
    /// <param name="problem">Why this one cannot; null where it can.</param>
    /// <param name="isBetweenSteps">Whether no step was begun yet.</param>
    /// <exception cref="OperationCanceledException">A process was asked to stop.</exception>
    /// <exception cref="InputException">This one cannot read its input.</exception>
    /// <exception cref="ProcessLostException">Another one cannot read its input.</exception>
    public static void RequireReady(ProcessGroup group, IReadOnlyCollection<byte> states, Exception? problem, bool isBetweenSteps = false)
    {
        if (states.Contains(Failed))
        {
            throw problem is InputException ? problem : group.OtherFailed(isBetweenSteps);
        }

        if (states.Contains(Stopped))
        {
            throw new OperationCanceledException("a process of the group was asked to stop");
        }
    }
}
