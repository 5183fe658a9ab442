namespace Panoptes.Testing;

/// <summary>Real data next to the repository (<c>../shared/data</c>), or where <c>PANOPTES_DATA</c> points; tests skip aloud without it.</summary>
public static class SharedData
{
    private static readonly string? s_root = FindRoot();

    /// <summary>The full path of a file or folder of the data; skips the test where it is not there.</summary>
    public static string Require(string relativePath)
    {
        string? path = s_root is null ? null : Path.Combine(s_root, relativePath);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"needs {relativePath} of the shared data (../shared/data or PANOPTES_DATA)");
        return path!;
    }

    private static string? FindRoot() =>
        Environment.GetEnvironmentVariable("PANOPTES_DATA") is { Length: > 0 } configured
            ? configured
            : Repository.Find() is { } repository ? Path.GetFullPath(Path.Combine(repository, "..", "shared", "data")) : null;
}
