using Panoptes.Training.Data;

namespace Panoptes.Training.Distributed;

/// <summary>
/// What the processes of a group tell each other before each step: whether all can make it, and what their passes' losses are divided by.
/// </summary>
internal static class StepAgreement
{
    /// <summary>Exchanges the counts of all passes of a step.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="share">Which passes of each round are this process's.</param>
    /// <param name="rounds">Rounds of passes side by side in a step.</param>
    /// <param name="own">The counts of this process's passes, round by round; fewer where there is a problem.</param>
    /// <param name="problem">Why this process cannot make the step; null where it can.</param>
    /// <returns>The counts of all passes, round by round.</returns>
    /// <exception cref="OperationCanceledException">A process was asked to stop: none makes the step.</exception>
    /// <exception cref="InputException">An image cannot be used.</exception>
    /// <exception cref="ProcessLostException">An image of another process cannot be used.</exception>
    public static Dictionary<string, double>[] Exchange(
        ProcessGroup group, LoaderShare share, int rounds, Dictionary<string, double>[] own, Exception? problem)
    {
        string[] names = problem is null ? [.. own[0].Keys] : [];
        double[][] all = group.Gather([GroupState.Of(problem), .. problem is null ? own.SelectMany(counts => names.Select(name => counts[name])) : []]);
        GroupState.RequireReady(group, [.. all.Select(numbers => (byte)numbers[0])], problem, isBetweenSteps: true);

        List<Dictionary<string, double>> passes = [];
        for (int round = 0; round < rounds; round++)
        {
            for (int rank = 0; rank < group.Size; rank++)
            {
                int count = LoaderShare.Deal(share.Of, rank, group.Size).Count;
                for (int pass = 0; pass < count; pass++)
                {
                    int start = 1 + (((round * count) + pass) * names.Length);
                    passes.Add(names.Select((name, i) => (name, all[rank][start + i])).ToDictionary());
                }
            }
        }

        return [.. passes];
    }
}
