using System.Text;
using Panoptes.Coco.Files;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>
/// The files and folders that predictions have written into a folder, kept in it as <c>.panoptes-files</c>, a line each: so that the
/// next prediction can remove what it does not write itself, and nothing else.
/// </summary>
/// <remarks>Names are remembered by a hash of 8 bytes: there may be millions.</remarks>
internal sealed class OutputList : IDisposable
{
    /// <summary>The name of the list in the folder.</summary>
    public const string FileName = ".panoptes-files";

    private readonly string _folder;
    private readonly string _path;
    private readonly HashSet<long> _earlier = [];
    private readonly HashSet<long> _now = [];
    private readonly HashSet<string> _folders = new(PathComparison.Comparer);
    private readonly StreamWriter _list;

    /// <summary>
    /// Reads the list of earlier predictions, and goes on with it until <see cref="RemoveStale"/>: interrupted, it holds both.
    /// </summary>
    /// <param name="folder">The folder of the results; it exists.</param>
    /// <param name="path">The list, in an existing folder; null for the one of the results' folder.</param>
    public OutputList(string folder, string? path = null)
    {
        _folder = Path.GetFullPath(folder);
        _path = path ?? Path.Combine(_folder, FileName);
        if (File.Exists(_path)) _earlier = [.. File.ReadLines(_path).Select(KeyOf)];
        _list = new StreamWriter(_path, append: true, new UTF8Encoding(false)) { NewLine = "\n", AutoFlush = true };
    }

    /// <summary>Notes a file that is about to be written.</summary>
    /// <param name="path">The file, in the folder or below it.</param>
    /// <returns>The same path.</returns>
    public string Add(string path)
    {
        Note(NameOf(path));
        return path;
    }

    /// <summary>Notes what another list holds, for <see cref="RemoveStale"/>.</summary>
    /// <param name="path">The other list, of the same folder.</param>
    public void AddEarlier(string path)
    {
        foreach (string name in File.ReadLines(path))
        {
            long key = KeyOf(name);
            if (!_now.Contains(key) && _earlier.Add(key)) _list.WriteLine(name);
        }
    }

    /// <summary>Makes a folder that stays even where it remains empty.</summary>
    /// <param name="path">The folder, below the results' folder.</param>
    /// <returns>Its complete path.</returns>
    public string AddFolder(string path)
    {
        string folder = Directory.CreateDirectory(Path.TrimEndingDirectorySeparator(path)).FullName;
        _folders.Add(folder);
        Note($"{NameOf(folder)}/");
        return folder;
    }

    /// <summary>Removes files that earlier predictions wrote and this one did not, and folders that this leaves empty.</summary>
    /// <param name="keep">Files that stay in any case: what was predicted on.</param>
    /// <returns>The names of the removed files, relative to the folder.</returns>
    public IReadOnlyList<string> RemoveStale(IEnumerable<string> keep)
    {
        _list.Dispose();
        string[] stale = [.. File.ReadLines(_path).Where(name => !_now.Contains(KeyOf(name))).Distinct(PathComparison.Comparer)];
        HashSet<string> kept = stale.Length == 0 ? [] : new(keep.Select(Path.GetFullPath), PathComparison.Comparer);
        List<string> removed = [];
        // Backwards: a folder's files come before the folder, whose name ends with a slash.
        foreach (string name in stale.OrderDescending(StringComparer.Ordinal))
        {
            string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(_folder, name)));
            // The list is a file that anyone may write to: it reaches nothing outside the folder.
            bool inside = PathComparison.IsInside(_folder, path);
            if (inside && Directory.Exists(path)) RemoveEmpty(path);
            if (!inside || kept.Contains(path) || !File.Exists(path)) continue;
            File.Delete(path);
            removed.Add(name);
            RemoveEmpty(Path.GetDirectoryName(path)!);
        }

        AtomicFile.Write(_path, stream =>
        {
            using StreamWriter lines = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            HashSet<long> left = [.. _now];
            foreach (string name in File.ReadLines(_path).Where(name => left.Remove(KeyOf(name)))) lines.WriteLine(name);
        });
        removed.Reverse();
        return removed;
    }

    /// <inheritdoc />
    public void Dispose() => _list.Dispose();

    private string NameOf(string path) => Path.GetRelativePath(_folder, Path.GetFullPath(path)).Replace('\\', '/');

    private void Note(string name)
    {
        long key = KeyOf(name);
        if (_now.Add(key) && !_earlier.Contains(key)) _list.WriteLine(name);
    }

    private static long KeyOf(string name) => CocoId.Of($"/{(PathComparison.IsCaseSensitive ? name : name.ToUpperInvariant())}");

    private void RemoveEmpty(string folder)
    {
        while (folder.Length > _folder.Length && !_folders.Contains(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
            folder = Path.GetDirectoryName(folder)!;
        }
    }
}
