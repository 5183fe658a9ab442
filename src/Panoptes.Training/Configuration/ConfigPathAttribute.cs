namespace Panoptes.Training.Configuration;

/// <summary>
/// Marks a key that holds a path. Read from a file, a relative path starts at that file's folder (or at <c>data.root</c>, where
/// <see cref="InDataRoot"/> says so and a root is set); given on the command line, it starts at the current directory.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ConfigPathAttribute : Attribute
{
    /// <summary>Whether paths in files are relative to <c>data.root</c> when that is set. Default false.</summary>
    public bool InDataRoot { get; init; }

    /// <summary>A word that may be given instead of a path and does not name a file; null if there is none.</summary>
    public string? Word { get; init; }

    /// <summary>Whether the name of a model that comes with the application may stand in place of a path. Default false.</summary>
    public bool IsModel { get; init; }
}
