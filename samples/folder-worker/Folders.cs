namespace FolderWorker;

/// <summary>Where files come from and go to.</summary>
/// <param name="In">Images are put here.</param>
/// <param name="Out">For photo.jpg, photo.jpg.json and photo.jpg.overlay.png.</param>
/// <param name="Done">Images whose results are complete.</param>
/// <param name="Failed">Files that cannot be used, each with a text that says why.</param>
internal sealed record Folders(string In, string Out, string Done, string Failed)
{
    /// <summary>Makes the four folders below a folder.</summary>
    public static Folders Create(string root)
    {
        return new Folders(Make("in"), Make("out"), Make("done"), Make("failed"));

        string Make(string name) => Directory.CreateDirectory(Path.Combine(root, name)).FullName;
    }
}
