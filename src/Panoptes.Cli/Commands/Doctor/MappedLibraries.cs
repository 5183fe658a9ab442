namespace Panoptes.Cli.Commands.Doctor;

/// <summary>The shared libraries that the loader really mapped into this process, from <c>/proc/self/maps</c>.</summary>
internal sealed class MappedLibraries
{
    private readonly SortedSet<string> _paths;

    private MappedLibraries(SortedSet<string> paths) => _paths = paths;

    /// <summary>Those of this process, now.</summary>
    public static MappedLibraries Read() => Parse(File.Exists("/proc/self/maps") ? File.ReadAllText("/proc/self/maps") : "");

    /// <summary>Those in a text in the format of <c>/proc/self/maps</c>: the sixth column is the file.</summary>
    public static MappedLibraries Parse(string maps)
    {
        SortedSet<string> paths = new(StringComparer.Ordinal);
        foreach (string line in maps.Split('\n'))
        {
            int slash = line.IndexOf('/', StringComparison.Ordinal);
            if (slash >= 0 && line.Contains(".so", StringComparison.Ordinal)) paths.Add(line[slash..].TrimEnd());
        }

        return new MappedLibraries(paths);
    }

    /// <summary>The file that was loaded for a library, by the start of its file name (<c>libblas.so</c>); null where none was.</summary>
    public string? Find(string namePrefix) =>
        _paths.FirstOrDefault(path => Path.GetFileName(path).StartsWith(namePrefix, StringComparison.Ordinal));
}
