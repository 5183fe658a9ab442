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
        DryRunResult result = Try(config, options, trainer => trainer.Measure(cancellationToken), logger);
        return result with { Setup = result.Setup with { Run = Path.GetFullPath(options.Output) } };
    }

    /// <summary>Does something with a run that leaves nothing.</summary>
    /// <param name="config">What would be trained.</param>
    /// <param name="options">Where and how; another folder takes the place of <see cref="TrainerOptions.Output"/>.</param>
    /// <param name="work">What is done with it.</param>
    /// <param name="logger">Receives warnings; null drops them.</param>
    internal static T Try<T>(PanoptesConfig config, TrainerOptions options, Func<Trainer, T> work, ILogger? logger = null)
    {
        string folder = Directory.CreateTempSubdirectory("panoptes-dry-run-").FullName;
        try
        {
            using Trainer trainer = new(config, options with { Output = folder, Resume = false }, logger);
            return work(trainer);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
