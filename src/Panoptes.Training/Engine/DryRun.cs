using Microsoft.Extensions.Logging;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Engine;

/// <summary>Tries a run without beginning it: everything is read and built, a few steps are made, and nothing stays.</summary>
internal static class DryRun
{
    /// <summary>Measures what a run would take.</summary>
    /// <param name="config">What would be trained.</param>
    /// <param name="options">Where and how; <see cref="TrainerOptions.Output"/> is not written to, and must be free for a new run.</param>
    /// <param name="logger">Receives warnings about the data and the weights.</param>
    /// <param name="cancellationToken">Ends it after the step under way.</param>
    /// <returns>The time of a step, memory, and the estimated time of the run.</returns>
    /// <exception cref="InputException">The run could not be made: what training would say.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DryRunResult Measure(
        PanoptesConfig config, TrainerOptions options, ILogger? logger = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        RunFolder.RequireFree(options.Output);
        string folder = Directory.CreateTempSubdirectory("panoptes-dry-run-").FullName;
        try
        {
            using Trainer trainer = new(config, options with { Output = folder, Resume = false }, logger);
            DryRunResult result = trainer.Measure(cancellationToken);
            return result with { Setup = result.Setup with { Run = Path.GetFullPath(options.Output) } };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
