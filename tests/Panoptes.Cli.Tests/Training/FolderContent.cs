namespace Panoptes.Cli.Tests.Training;

/// <summary>Compares whole folders.</summary>
internal static class FolderContent
{
    /// <summary>The files of a folder and below it, relative to it.</summary>
    public static string[] Names(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Asserts that two folders have the same folders and files, byte for byte.</summary>
    public static void AssertSame(string expected, string actual, params string[] except)
    {
        string[] names = Names(expected);
        Assert.Equal(names, Names(actual));
        foreach (string name in names.Except(except).Where(name => File.Exists(Path.Combine(expected, name))))
            Assert.True(File.ReadAllBytes(Path.Combine(expected, name)).SequenceEqual(File.ReadAllBytes(Path.Combine(actual, name))), name);
    }
}
