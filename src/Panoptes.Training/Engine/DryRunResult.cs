using Panoptes.Training.Configuration;

namespace Panoptes.Training.Engine;

/// <summary>What a run would take, by a few steps of it.</summary>
/// <param name="Setup">What is loaded.</param>
/// <param name="Step">Time of a step: a batch through the network and back, or as many as the step sees.</param>
/// <param name="ImagesPerSecond">Training images per second.</param>
/// <param name="PeakMemoryMiB">The most memory that the process has taken, in MiB. A graphics card's own is not in it.</param>
/// <param name="Iterations">Steps of the run, or those that its time limit allows.</param>
/// <param name="Training">Estimated time of all steps.</param>
/// <param name="Evaluation">Estimated time of all evaluations; zero without validation images.</param>
public sealed record DryRunResult(
    TrainingSetup Setup,
    TimeSpan Step,
    double ImagesPerSecond,
    double PeakMemoryMiB,
    int Iterations,
    TimeSpan Training,
    TimeSpan Evaluation)
{
    /// <summary>Estimated time of the whole run.</summary>
    public TimeSpan Total => Training + Evaluation;

    /// <summary>Makes the estimate.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="setup">What is loaded.</param>
    /// <param name="step">Time of a step.</param>
    /// <param name="image">Time to evaluate an image.</param>
    internal static DryRunResult Of(PanoptesConfig config, TrainingSetup setup, TimeSpan step, TimeSpan image)
    {
        ScheduleConfig schedule = config.Schedule;
        TimeSpan training = step * schedule.Iterations;
        int iterations = schedule.Iterations;
        if (schedule.Minutes is { } minutes && TimeSpan.FromMinutes(minutes) is var limit && limit < training)
        {
            training = limit;
            iterations = (int)Math.Ceiling(limit / step);
        }

        // The last evaluation takes all images, those before it as many as evaluation.limit says.
        int all = setup.ValidationImages ?? 0;
        int before = config.Evaluation.Every > 0 ? Math.Max(0, iterations - 1) / config.Evaluation.Every : 0;
        double images = all + ((double)before * Math.Min(all, config.Evaluation.Limit ?? all));
        return new DryRunResult(
            setup,
            step,
            schedule.BatchSize * schedule.Accumulation / step.TotalSeconds,
            ProcessMemory.PeakMiB,
            iterations,
            training,
            image * images);
    }
}
