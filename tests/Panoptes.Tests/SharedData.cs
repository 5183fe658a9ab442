namespace Panoptes.Tests;

/// <summary>Finds the shared data: <c>PANOPTES_DATA</c>, or <c>../shared/data</c> beside the repository.</summary>
internal static class SharedData
{
    private static readonly string? Root = Find();

    /// <summary>The full path of a file or folder in the shared data; skips the test where there is no such thing.</summary>
    public static string Require(string relativePath)
    {
        string? path = Root is null ? null : Path.Combine(Root, relativePath);
        bool exists = path is not null && (File.Exists(path) || Directory.Exists(path));
        Assert.SkipUnless(exists, $"needs {relativePath} of the shared data (../shared/data or PANOPTES_DATA)");
        return path!;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PANOPTES_DATA") is { Length: > 0 } configured)
        {
            return configured;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Panoptes.slnx")))
            {
                return Path.Combine(folder.FullName, "..", "shared", "data");
            }
        }

        return null;
    }
}
