using Microsoft.Extensions.Logging;
using Panoptes.Training.Configuration;
using Panoptes.Training.Distributed;
using Panoptes.Training.Engine;
using Panoptes.Training.Reports;

namespace Panoptes.Training;

/// <summary>
/// Trains a model from its configuration to its report, or goes on with a run: what <c>panoptes train</c> does, for an application.
/// </summary>
/// <remarks>
/// All of it runs on one thread of its own, from the first tensor to the last, since libtorch keeps threads and number settings for each
/// thread that calls it; the caller's stays free. A cancelled run is saved, and can be resumed.
/// </remarks>
/// <param name="config">What to train, for example <see cref="ShippedConfigs.Load"/>'s with <see cref="PanoptesConfig.Data"/> set.</param>
/// <param name="options">Where and how.</param>
/// <param name="logger">Receives warnings about the data and the weights; null to ignore it.</param>
/// <example><code>
/// LabeledImages cells = new(["cell"]);
/// cells.Add(image, [new LabeledObject("cell", mask)]); // and so on
/// PanoptesConfig config = ShippedConfigs.Load("embedmask_slim", ["schedule.minutes=30"]);
/// config = config with { Data = new DataConfig { Train = cells.Save("data") } };
/// PanoptesTrainer trainer = new(config, new TrainerOptions { Output = "runs/cells" });
/// TrainingOutcome outcome = await trainer.TrainAsync(new Progress&lt;ProgressReport&gt;(r => Console.WriteLine(r.Iteration)));
/// using Segmenter segmenter = Segmenter.Load(outcome.Model);
/// </code></example>
public sealed class PanoptesTrainer(PanoptesConfig config, TrainerOptions options, ILogger? logger = null)
{
    /// <summary>Trains to the end of the schedule, or until it is cancelled; either way the state is saved.</summary>
    /// <param name="progress">Told of every step and every evaluated image, on the training's thread.</param>
    /// <param name="cancellationToken">Ends the run after the step under way; the outcome then says
    /// <see cref="TrainingOutcome.Interrupted"/>.</param>
    /// <exception cref="InputException">The configuration cannot learn, or the data, the weights or the folder cannot be used; the message
    /// says what to do.</exception>
    /// <exception cref="NonFiniteLossException">A loss became infinite or not a number.</exception>
    /// <exception cref="ProcessLostException">Another process of <see cref="TrainerOptions.Processes"/> ended or is silent.</exception>
    public async Task<TrainingOutcome> TrainAsync(
        IProgress<ProgressReport>? progress = null, CancellationToken cancellationToken = default)
    {
        using WorkThread thread = new("Panoptes training");
        try
        {
            return await thread.Start(() => Train(progress, cancellationToken), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not ProcessLostException)
        {
            options.Processes?.Fail(error.Message);
            throw;
        }
    }

    /// <summary>
    /// Tries the run without beginning it: everything is read and built, a few steps are made on the caller's thread, and nothing stays.
    /// </summary>
    /// <param name="cancellationToken">Ends it after the step under way.</param>
    /// <returns>The time of a step, memory, and the estimated time of the run.</returns>
    /// <exception cref="InputException">The run could not be made: what training would say; or <see cref="TrainerOptions.Output"/>, which
    /// is not written to, holds a run.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public DryRunResult Measure(CancellationToken cancellationToken = default) =>
        DryRun.Measure(config, options, logger, cancellationToken);

    private TrainingOutcome Train(IProgress<ProgressReport>? progress, CancellationToken cancellationToken)
    {
        if (!options.Resume)
        {
            // Records set in C# may hold what no file may: better now than when the saved model is read.
            _ = ConfigLoader.Parse(ConfigWriter.ToJson(config), "configuration");
            ConfigValidator.RequireFiles(config);
            // No iterations write the initialized model, whatever it could learn.
            if (config.Schedule.Iterations > 0) ConfigValidator.RequireLearnable(config);
        }

        using Trainer trainer = new(config, options, logger);
        TrainingOutcome outcome = trainer.Run(progress, cancellationToken);
        if (options.Report is not { } report || options.Processes is { IsFirst: false }) return outcome;
        report = report with { Device = options.Device };
        // Anyone who interrupts waits for the end: the curves show how far the run has come, images would take seconds.
        if (outcome.Interrupted) RunReport.Write(outcome, [], report);
        else if (outcome.Iteration > 0) RunReport.Write(outcome, report, CancellationToken.None);
        return outcome;
    }
}
