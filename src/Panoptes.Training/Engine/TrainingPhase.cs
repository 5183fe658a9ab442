namespace Panoptes.Training.Engine;

/// <summary>What a run is doing.</summary>
public enum TrainingPhase
{
    /// <summary>Reading annotations, building the network.</summary>
    Preparing,

    /// <summary>Making steps.</summary>
    Training,

    /// <summary>Evaluating on the validation images.</summary>
    Evaluating,

    /// <summary>Writing a checkpoint.</summary>
    Saving,

    /// <summary>Done.</summary>
    Finished,
}
