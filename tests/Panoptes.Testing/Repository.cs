namespace Panoptes.Testing;

/// <summary>The repository that the tests were built in.</summary>
public static class Repository
{
    /// <summary>The full path of a file or folder in the repository; skips the test when the tests run elsewhere.</summary>
    public static string Require(string relativePath)
    {
        string? root = Find();
        Assert.SkipWhen(root is null, $"needs {relativePath} of the repository, and the tests run outside of it");
        return Path.Combine(root!, relativePath);
    }

    internal static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Panoptes.slnx")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
