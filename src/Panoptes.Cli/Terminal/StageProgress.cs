namespace Panoptes.Cli.Terminal;

/// <summary>Shows a library's stages as a command's.</summary>
/// <param name="target">Where they are shown.</param>
internal sealed class StageProgress(IProgress<WorkProgress> target) : IProgress<(string Stage, int Done, int Total)>
{
    /// <inheritdoc />
    public void Report((string Stage, int Done, int Total) value) => target.Report(new WorkProgress(value.Stage, value.Done, value.Total));
}
