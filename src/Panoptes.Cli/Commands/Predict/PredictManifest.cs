using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>
/// The images that are done, with their results, kept in the folder of the results as <c>.panoptes-predictions.jsonl</c>: a line each,
/// added when all files of an image are written. A prediction that was interrupted goes on after it (<c>--resume</c>), and files that all
/// images share are made of it in the end, so that memory does not grow with results.
/// </summary>
internal sealed class PredictManifest : IDisposable
{
    /// <summary>The name of the manifest in the folder.</summary>
    public const string FileName = ".panoptes-predictions.jsonl";

    private const int Version = 1;
    private const int Block = 1 << 20;

    private readonly NamedImages _images;
    private readonly string _path;
    private readonly FileStream _file;
    private readonly long[] _lines; // where each image's line begins; 0, where the header does, for none
    private long _end;

    private PredictManifest(string path, NamedImages images)
    {
        (_path, _images, _lines) = (path, images, new long[images.Count]);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Images of this prediction that an earlier one has done.</summary>
    public int Earlier { get; private set; }

    /// <summary>Opens the manifest, or begins one.</summary>
    /// <param name="folder">The folder of the results; it exists.</param>
    /// <param name="images">The images.</param>
    /// <param name="settings">What the results depend on, by the names that users know.</param>
    /// <param name="resume">Whether to go on with the one that is there.</param>
    /// <param name="list">Told of the files of images that are done.</param>
    /// <param name="warn">Told of lines that cannot be read; their images are done again.</param>
    /// <exception cref="InputException">The one that is there was made with other settings, or cannot be read.</exception>
    public static PredictManifest Open(
        string folder,
        NamedImages images,
        IReadOnlyDictionary<string, string> settings,
        bool resume,
        OutputList list,
        Action<string> warn)
    {
        string path = Path.Combine(folder, FileName);
        PredictManifest? manifest = null;
        try
        {
            manifest = new PredictManifest(path, images);
            if (resume && manifest._file.Length > 0) manifest.ReadDone(settings, folder, list, warn);
            if (manifest._end > 0) return manifest;
            manifest._file.SetLength(0);
            manifest.Append(new ManifestHeader(Version, settings), ManifestJson.Default.ManifestHeader);
            return manifest;
        }
        catch (Exception e)
        {
            manifest?.Dispose();
            if (e is not (IOException or UnauthorizedAccessException)) throw;
            throw new InputException(
                InputErrorKind.Unreadable, path, null, $"it cannot be used ({e.Message}). Another prediction may be running.", e);
        }
    }

    /// <summary>Whether an image is done.</summary>
    /// <param name="index">Its place among the images.</param>
    public bool IsDone(int index) => _lines[index] > 0;

    /// <summary>Adds an image whose files are all written.</summary>
    /// <param name="index">Its place among the images.</param>
    /// <param name="image">Its results.</param>
    public void Add(int index, ManifestImage image) => _lines[index] = Append(image, ManifestJson.Default.ManifestImage);

    /// <summary>Reads the results of all images that are done, one by one.</summary>
    /// <param name="byId">By rising id, not in the images' order.</param>
    public IEnumerable<(NamedImage Named, ManifestImage Found)> Read(bool byId = false)
    {
        IEnumerable<int> done = Enumerable.Range(0, _lines.Length).Where(IsDone);
        if (byId) done = [.. done.Select(i => (_images[i].Id, Index: i)).Order().Select(pair => pair.Index)];
        foreach (int index in done)
        {
            ManifestImage? found = JsonSerializer.Deserialize(ReadLine(_lines[index]), ManifestJson.Default.ManifestImage);
            if (found is not null) yield return (_images[index], found);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void ReadDone(IReadOnlyDictionary<string, string> settings, string folder, OutputList list, Action<string> warn)
    {
        Dictionary<string, int> places = new(_images.Count, PathComparison.Comparer);
        for (int i = 0; i < _images.Count; i++) places[Path.GetFullPath(_images[i].Path)] = i;
        long broken = 0;
        foreach ((long start, byte[] line) in Lines())
        {
            if (start == 0)
            {
                Compare(settings, line);
            }
            else if (Parse(line, ManifestJson.Default.ManifestKey) is not { } key)
            {
                broken++;
            }
            else if (places.TryGetValue(key.File, out int index))
            {
                // The last line of an image counts; whether it still does is seen below.
                _lines[index] = start;
            }
        }

        if (broken > 0) warn($"{_path}: {broken} damaged lines were skipped; their images are done again");
        _file.SetLength(_end); // a line that was not written to its end goes
        for (int i = 0; i < _lines.Length; i++)
        {
            if (!IsDone(i)) continue;
            ManifestKey? key = Parse(ReadLine(_lines[i]), ManifestJson.Default.ManifestKey);
            FileInfo image = new(_images[i].Path);
            bool isDone = key is not null && image.Exists && (image.Length, image.LastWriteTimeUtc.Ticks) == (key.Bytes, key.Modified)
                && key.Files.All(file => Path.Exists(Path.Combine(folder, file)));
            if (!isDone)
            {
                _lines[i] = 0;
                continue;
            }

            Earlier++;
            foreach (string file in key!.Files)
            {
                if (file.EndsWith('/')) list.AddFolder(Path.Combine(folder, file));
                else list.Add(Path.Combine(folder, file));
            }
        }
    }

    private void Compare(IReadOnlyDictionary<string, string> settings, byte[] line)
    {
        if (Parse(line, ManifestJson.Default.ManifestHeader) is not { Version: Version, Settings: { } earlier })
        {
            throw new InputException(
                InputErrorKind.Invalid, _path, null,
                $"this is no manifest of version {Version}. Without --resume the prediction begins again.");
        }

        foreach (string name in settings.Keys.Union(earlier.Keys))
        {
            (string now, string then) = (settings.GetValueOrDefault(name, "none"), earlier.GetValueOrDefault(name, "none"));
            if (now == then) continue;
            throw new InputException(
                InputErrorKind.Invalid, _path, null,
                $"finished images were predicted with another {name} ({then}; now {now}). Without --resume the prediction begins again.");
        }
    }

    private static T? Parse<T>(byte[] line, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private long Append<T>(T value, JsonTypeInfo<T> type)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];
        long start = _end;
        RandomAccess.Write(_file.SafeFileHandle, line, start); // in one piece: a torn line has no end
        _end += line.Length;
        return start;
    }

    /// <summary>All lines that have an end; <see cref="_end"/> is behind the last of them.</summary>
    private IEnumerable<(long Start, byte[] Line)> Lines()
    {
        while (ReadLineOrNull(_end) is { } line)
        {
            long start = _end;
            _end += line.Length + 1;
            yield return (start, line);
        }
    }

    private byte[] ReadLine(long start) => ReadLineOrNull(start)
        ?? throw new InputException(InputErrorKind.Damaged, _path, null, "it was changed while it was in use.");

    private byte[]? ReadLineOrNull(long start)
    {
        byte[] line = new byte[4096];
        for (int length = 0; ;)
        {
            int read = RandomAccess.Read(_file.SafeFileHandle, line.AsSpan(length), start + length);
            int end = line.AsSpan(length, read).IndexOf((byte)'\n');
            if (end >= 0) return line[..(length + end)];
            if (read == 0) return null;
            length += read;
            if (length < line.Length) continue;
            Array.Resize(ref line, (int)Math.Min(line.Length + (long)Math.Max(line.Length, Block), Array.MaxLength));
        }
    }
}
