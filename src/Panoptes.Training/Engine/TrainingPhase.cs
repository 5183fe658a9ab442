namespace Panoptes.Training.Engine;

/// <summary>What a run is doing.</summary>
public enum TrainingPhase
{
    /// <summary>About to make the first step: <see cref="ProgressReport.Setup"/> tells what is loaded.</summary>
    Starting,

    /// <summary>Making steps.</summary>
    Training,

    /// <summary>Evaluating on the validation images.</summary>
    Evaluating,

    /// <summary>Writing a checkpoint.</summary>
    Saving,

    /// <summary>Done.</summary>
    Finished,
}
