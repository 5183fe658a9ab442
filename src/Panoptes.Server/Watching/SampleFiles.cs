using System.Globalization;

namespace Panoptes.Server.Watching;

/// <summary>The sample images of a run, a folder for each evaluation: <c>samples/00000500/NAME.png</c>.</summary>
/// <param name="folder">The run's folder.</param>
internal sealed class SampleFiles(string folder)
{
    private const int NameLength = 8;

    private static readonly byte[] s_end = [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    // Links are not followed: they could lead out of the run's folder.
    private static readonly EnumerationOptions s_plain = new() { AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.System };

    private readonly Dictionary<string, Listing> _known = [];

    /// <summary>The names of the images by iteration, rising.</summary>
    public SortedDictionary<int, IReadOnlyList<string>> Names { get; private set; } = [];

    /// <summary>How many images there are.</summary>
    public int Count { get; private set; }

    /// <summary>Looks again.</summary>
    public void Refresh()
    {
        SortedDictionary<int, IReadOnlyList<string>> names = [];
        try
        {
            foreach (DirectoryInfo directory in new DirectoryInfo(Path.Combine(folder, "samples")).EnumerateDirectories("*", s_plain))
            {
                if (directory.Name.Length != NameLength
                    || !int.TryParse(directory.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int iteration))
                {
                    continue;
                }

                if (List(directory) is { Count: > 0 } images) names[iteration] = images;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There are none, or the run is being deleted.
        }

        Names = names;
        Count = names.Values.Sum(n => n.Count);
    }

    /// <summary>Opens an image.</summary>
    /// <returns>Null where there is no such image: only what is listed is ever opened.</returns>
    public FileStream? Open(int iteration, string name)
    {
        string? listed = Names.GetValueOrDefault(iteration)?.FirstOrDefault(n => n == name);
        if (listed is null) return null;
        string path = Path.Combine(folder, "samples", iteration.ToString("D8", CultureInfo.InvariantCulture), listed);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private IReadOnlyList<string> List(DirectoryInfo directory)
    {
        DateTime time = directory.LastWriteTimeUtc;
        if (_known.TryGetValue(directory.Name, out Listing known) && known.IsWhole && known.Time == time) return known.Names;
        FileInfo[] files = [.. directory.EnumerateFiles("*.png", s_plain)];
        string[] whole = [.. files.Where(IsWhole).Select(f => f.Name).Order(StringComparer.Ordinal)];
        _known[directory.Name] = new Listing(time, whole.Length == files.Length, whole);
        return whole;
    }

    /// <summary>Whether an image is written to its end: a training may be at it.</summary>
    private static bool IsWhole(FileInfo file)
    {
        if (file.Length < s_end.Length) return false;
        try
        {
            using FileStream stream = new(
                file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            byte[] end = new byte[s_end.Length];
            stream.Seek(-end.Length, SeekOrigin.End);
            stream.ReadExactly(end);
            return end.AsSpan().SequenceEqual(s_end);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private readonly record struct Listing(DateTime Time, bool IsWhole, IReadOnlyList<string> Names);
}
