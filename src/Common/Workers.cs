namespace Panoptes;

/// <summary>
/// The same work on several threads at once. <see cref="Parallel"/> does more, but its code is compiled by every process for each kind of
/// index and of memory: commands that take half a second feel it.
/// </summary>
internal static class Workers
{
    /// <summary>Does the work on each thread, this one among them, and returns when all have ended.</summary>
    /// <param name="count">How many threads; one for each core at most.</param>
    /// <param name="work">The work. What goes wrong in it is its own to keep, as <see cref="FirstError"/> does.</param>
    public static void Run(long count, Action work)
    {
        Task[] others = new Task[Math.Clamp(count, 1, Environment.ProcessorCount) - 1];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = Task.Run(work);
        }

        work();
        Task.WaitAll(others);
    }
}
