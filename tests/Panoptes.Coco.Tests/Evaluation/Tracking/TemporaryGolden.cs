namespace Panoptes.Coco.Tests.Evaluation.Tracking;

/// <summary>The files of Golden/ in a folder of their own; make_golden.py says where they come from.</summary>
internal sealed class TemporaryGolden : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-tracking-");

    public TemporaryGolden()
    {
        foreach (string name in new[] { "gt.json", "dt.json", "expected.json" })
        {
            using Stream from = typeof(TemporaryGolden).Assembly.GetManifestResourceStream($"tracking/{name}")!;
            using FileStream to = File.Create(Path(name));
            from.CopyTo(to);
        }
    }

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
