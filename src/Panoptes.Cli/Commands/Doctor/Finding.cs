namespace Panoptes.Cli.Commands.Doctor;

/// <summary>One line of the doctor's report.</summary>
/// <param name="Area">The heading it stands under: "machine", "libtorch", "images", "ONNX Runtime".</param>
/// <param name="Name">What was looked at.</param>
/// <param name="Status">How it weighs.</param>
/// <param name="Value">What was found.</param>
/// <param name="Path">The file it comes from, where it is one.</param>
/// <param name="Advice">What to do about it; null where nothing need be done.</param>
internal sealed record Finding(
    string Area,
    string Name,
    FindingStatus Status,
    string Value,
    string? Path = null,
    string? Advice = null)
{
    /// <summary>Something as it should be.</summary>
    public static Finding Ok(string area, string name, string value, string? path = null) =>
        new(area, name, FindingStatus.Good, value, path);

    /// <summary>Something that works and could be better.</summary>
    public static Finding Warn(string area, string name, string value, string advice, string? path = null) =>
        new(area, name, FindingStatus.Warning, value, path, advice);

    /// <summary>Something without which training cannot work.</summary>
    public static Finding Fail(string area, string name, string value, string advice) =>
        new(area, name, FindingStatus.Problem, value, Advice: advice);
}
