namespace Panoptes.Training.Tests;

/// <summary>Finds the shared data: <c>PANOPTES_DATA</c>, or <c>../shared/data</c> beside the repository.</summary>
internal static class SharedData
{
    /// <summary>The full path of a file or folder in the shared data; skips the test where there is no such thing.</summary>
    public static string Require(string relativePath)
    {
        string? path = Root() is { } root ? Path.Combine(root, relativePath) : null;
        Assert.SkipUnless(
            File.Exists(path) || Directory.Exists(path), $"needs {relativePath} of the shared data (../shared/data or PANOPTES_DATA)");
        return path!;
    }

    private static string? Root()
    {
        if (Environment.GetEnvironmentVariable("PANOPTES_DATA") is { Length: > 0 } configured)
            return configured;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Panoptes.slnx")))
                return Path.Combine(folder.FullName, "..", "shared", "data");
        }
        return null;
    }
}
