namespace Panoptes.Training.Configuration;

/// <summary>How the learning rate behaves during warm-up.</summary>
public enum WarmupKind
{
    /// <summary>It stays at <c>factor</c> times the full rate, then jumps.</summary>
    Constant,

    /// <summary>It rises in a straight line from <c>factor</c> times the full rate to the full rate.</summary>
    Linear,
}
