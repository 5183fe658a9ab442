namespace Panoptes.Training.Demo;

/// <summary>What a demo is doing.</summary>
public enum DemoStage
{
    /// <summary>Drawing scenes.</summary>
    Drawing,

    /// <summary>Training and evaluating; the trainer's own report says more.</summary>
    Training,

    /// <summary>Drawing predictions and writing the page.</summary>
    Reporting,
}
