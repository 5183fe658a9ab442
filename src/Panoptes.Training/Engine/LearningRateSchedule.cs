using Panoptes.Training.Configuration;

namespace Panoptes.Training.Engine;

/// <summary>
/// The learning rate of each iteration: warm-up times decay times the full rate. A pure function of the iteration (and, where the
/// schedule has a time limit, of the time used), so that a resumed run needs no state.
/// </summary>
internal sealed class LearningRateSchedule
{
    private readonly ScheduleConfig _schedule;

    /// <summary>Makes the schedule.</summary>
    /// <param name="schedule">Iterations, warm-up and decay.</param>
    /// <param name="optimizer">The learning rate and the batch it is meant for.</param>
    public LearningRateSchedule(ScheduleConfig schedule, OptimizerConfig optimizer)
    {
        _schedule = schedule;
        double images = (double)_schedule.BatchSize * _schedule.Accumulation;
        FullRate = optimizer.LearningRate * (optimizer.ScaleToBatch ? images / optimizer.BaseBatch : 1);
    }

    /// <summary>The rate without warm-up and decay, scaled to the images of a step (the linear scaling rule).</summary>
    public double FullRate { get; }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="iteration">Steps made before this one: 0 for the first.</param>
    /// <param name="timeUsed">
    /// The part of the schedule's time limit that is used, from 0 to 1. The decay goes by it where it is ahead of the iterations: whatever
    /// the machine's speed, the rate falls to its end. Warm-up always counts iterations.
    /// </param>
    public double At(int iteration, double timeUsed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        return FullRate * Warmup(iteration) * Decay(Math.Max(iteration, timeUsed * _schedule.Iterations));
    }

    private double Warmup(int iteration)
    {
        WarmupConfig warmup = _schedule.Warmup;
        if (iteration >= warmup.Iterations) return 1;
        return warmup.Kind switch
        {
            WarmupKind.Constant => warmup.Factor,
            WarmupKind.Linear => warmup.Factor + ((1 - warmup.Factor) * iteration / warmup.Iterations),
            _ => throw new NotSupportedException($"The warm-up '{warmup.Kind}' is unknown."),
        };
    }

    private double Decay(double iteration)
    {
        DecayConfig decay = _schedule.Decay;
        switch (decay.Kind)
        {
            case DecayKind.MultiStep:
                return Math.Pow(decay.Gamma, decay.Milestones.Count(m => m <= iteration));
            case DecayKind.Cosine:
                double progress = _schedule.Iterations == 0 ? 0 : Math.Min(1, iteration / _schedule.Iterations);
                return decay.Final + ((1 - decay.Final) * 0.5 * (1 + Math.Cos(Math.PI * progress)));
            default:
                throw new NotSupportedException($"The decay '{decay.Kind}' is unknown.");
        }
    }
}
