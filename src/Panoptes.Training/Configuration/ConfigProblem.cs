namespace Panoptes.Training.Configuration;

/// <summary>Something about a configuration that does not fit.</summary>
/// <param name="Key">The dotted key, such as <c>schedule.decay.milestones</c>.</param>
/// <param name="Message">What does not fit, and what would.</param>
public sealed record ConfigProblem(string Key, string Message)
{
    /// <summary>One line: <c>key: message</c>.</summary>
    public override string ToString() => $"{Key}: {Message}";
}
