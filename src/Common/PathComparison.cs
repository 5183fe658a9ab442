namespace Panoptes;

/// <summary>Says when two paths name one file: where case does not matter, overwriting must not be missed for it.</summary>
internal static class PathComparison
{
    /// <summary>Whether this system tells names apart by case; Windows and macOS usually do not.</summary>
    public static bool IsCaseSensitive { get; } = !OperatingSystem.IsWindows() && !OperatingSystem.IsMacOS();

    /// <summary>Compares paths, or parts of them.</summary>
    public static StringComparison Comparison { get; } = IsCaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Compares paths in sets and dictionaries.</summary>
    public static StringComparer Comparer { get; } = StringComparer.FromComparison(Comparison);

    /// <summary>Whether two paths are the same once they are complete.</summary>
    public static bool AreSame(string first, string second) => string.Equals(Path.GetFullPath(first), Path.GetFullPath(second), Comparison);

    /// <summary>Whether a path is in a folder or below it, and not the folder itself; links are not followed.</summary>
    public static bool IsInside(string folder, string path) => Path.GetFullPath(path).StartsWith(
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, Comparison);
}
