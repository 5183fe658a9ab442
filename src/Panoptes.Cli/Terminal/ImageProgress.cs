namespace Panoptes.Cli.Terminal;

/// <summary>Shows work that counts images or steps as a stage of a command.</summary>
/// <param name="stage">The stage: "evaluate".</param>
/// <param name="target">Where it is shown.</param>
internal sealed class ImageProgress(string stage, IProgress<WorkProgress> target) : IProgress<(int Done, int Total)>
{
    /// <inheritdoc />
    public void Report((int Done, int Total) value) => target.Report(new WorkProgress(stage, value.Done, value.Total));
}
