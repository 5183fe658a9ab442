namespace Panoptes.Training.Configuration;

/// <summary>How the learning rate falls after warm-up.</summary>
public enum DecayKind
{
    /// <summary>It is multiplied by <c>gamma</c> at each milestone.</summary>
    MultiStep,

    /// <summary>It follows half a cosine from the full rate to <c>final</c> times it at the schedule's end.</summary>
    Cosine,
}
