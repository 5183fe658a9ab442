namespace Panoptes.Tests.Imaging;

/// <summary>
/// Real data beside the repository (<c>../shared/data</c>) or where <c>PANOPTES_DATA</c> points; tests skip aloud without it.
/// </summary>
internal static class SharedData
{
    /// <summary>The path of a file or folder of the data; skips the test where it is not there.</summary>
    public static string Path(string relative)
    {
        string path = System.IO.Path.Combine(Root, relative);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"The data is missing: {path} (set PANOPTES_DATA).");
        return path;
    }

    private static string Root
    {
        get
        {
            if (Environment.GetEnvironmentVariable("PANOPTES_DATA") is { Length: > 0 } given)
                return given;
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Panoptes.slnx")))
                folder = folder.Parent;
            return System.IO.Path.GetFullPath(System.IO.Path.Combine(folder?.FullName ?? ".", "..", "shared", "data"));
        }
    }
}
