using System.Text.Json;
using Panoptes.Cli.Commands.Shards;
using Panoptes.Training.Distributed;

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

    private readonly NamedImages _images;
    private readonly ManifestHeader _header;
    private readonly JsonLines _file;
    private readonly long[] _lines; // where each image's line begins; 0, where the header does, for none

    private PredictManifest(JsonLines file, NamedImages images, ManifestHeader header)
    {
        (_file, _images, _header, _lines) = (file, images, header, new long[images.Count]);
        Shard shard = header.Shard is { } part ? new Shard(part.Number, part.Count) : Shard.Whole;
        (First, End) = (shard.First(images.Count), shard.End(images.Count));
    }

    /// <summary>The place of the first image that this manifest is about.</summary>
    public int First { get; }

    /// <summary>The place after the last one.</summary>
    public int End { get; }

    /// <summary>Images of this prediction that an earlier one has done.</summary>
    public int Earlier { get; private set; }

    /// <summary>Opens the manifest, or begins one.</summary>
    /// <param name="path">The manifest.</param>
    /// <param name="folder">The folder of the results; it exists.</param>
    /// <param name="images">The images.</param>
    /// <param name="header">What the results depend on, and which images it is about.</param>
    /// <param name="resume">Whether to go on with the one that is there.</param>
    /// <param name="list">Told of the files of images that are done.</param>
    /// <param name="warn">Told of lines that cannot be read; their images are done again.</param>
    /// <exception cref="InputException">The one that is there was made with other settings, or cannot be read.</exception>
    public static PredictManifest Open(
        string path, string folder, NamedImages images, ManifestHeader header, bool resume, OutputList list, Action<string> warn)
    {
        PredictManifest? manifest = null;
        try
        {
            manifest = new PredictManifest(JsonLines.OpenToWrite(path), images, header);
            if (resume && !manifest._file.IsEmpty) manifest.ReadDone(folder, list, warn);
            if (manifest._file.End > 0) return manifest;
            manifest._file.Truncate(0);
            manifest._file.Append(header, ManifestJson.Default.ManifestHeader);
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
    public void Add(int index, ManifestImage image)
    {
        if (_header.Shard is not null) image = image with { Place = new ManifestPlace(index, _images[index].Id, _images[index].IdText) };
        _lines[index] = _file.Append(image, ManifestJson.Default.ManifestImage);
    }

    /// <summary>Notes that a shard is done: all of its images have a line, or cannot be used.</summary>
    /// <param name="failed">A line for each image that cannot be used.</param>
    /// <param name="missing">A line for each input that stands for no image.</param>
    public void Finish(IReadOnlyList<string> failed, IReadOnlyList<string> missing)
    {
        string[] undone = [.. Places().Where(i => !IsDone(i)).Select(i => Path.GetFullPath(_images[i].Path))];
        _file.Append(new ManifestEnd(failed, undone, missing), ManifestJson.Default.ManifestEnd);
    }

    /// <summary>Reads the results of all images that are done, one by one.</summary>
    /// <param name="byId">By rising id, not in the images' order.</param>
    public IEnumerable<(NamedImage Named, ManifestImage Found)> Read(bool byId = false)
    {
        IEnumerable<int> done = Places().Where(IsDone);
        if (byId) done = [.. done.Select(i => (_images[i].Id, Index: i)).Order().Select(pair => pair.Index)];
        foreach (int index in done)
        {
            ManifestImage? found = JsonSerializer.Deserialize(_file.Read(_lines[index]), ManifestJson.Default.ManifestImage);
            if (found is not null) yield return (_images[index], found);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private IEnumerable<int> Places() => Enumerable.Range(First, End - First);

    private void ReadDone(string folder, OutputList list, Action<string> warn)
    {
        Dictionary<string, int> places = new(End - First, PathComparison.Comparer);
        foreach (int i in Places()) places[Path.GetFullPath(_images[i].Path)] = i;
        long broken = 0, ended = 0;
        foreach ((long start, byte[] line) in _file.Read())
        {
            if (start == 0)
            {
                Compare(line);
            }
            else if (JsonLines.Parse(line, ManifestJson.Default.ManifestKey) is { File: not null, Files: not null } key)
            {
                // The last line of an image counts; whether it still does is seen below.
                if (places.TryGetValue(key.File, out int index)) _lines[index] = start;
            }
            else if (JsonLines.Parse(line, ManifestJson.Default.ManifestEnd) is { Undone: not null })
            {
                ended = start;
            }
            else
            {
                broken++;
            }
        }

        if (broken > 0) warn($"{_file.Path}: {broken} damaged lines were skipped; their images are done again");
        _file.Truncate(ended > 0 ? ended : _file.End); // a line that was not written to its end goes, and that the shard is done
        foreach (int i in Places().Where(IsDone))
        {
            ManifestKey? key = JsonLines.Parse(_file.Read(_lines[i]), ManifestJson.Default.ManifestKey);
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

    private void Compare(byte[] line)
    {
        if (JsonLines.Parse(line, ManifestJson.Default.ManifestHeader)
            is not { Version: ManifestHeader.CurrentVersion, Settings: { } earlier } header)
        {
            throw Refuse($"not a manifest of version {ManifestHeader.CurrentVersion}");
        }

        if (PredictSettings.Difference(_header.Settings, earlier) is var (name, now, then))
        {
            throw Refuse($"finished images were predicted with another {name} ({then}; now {now})");
        }

        // The images of a shard depend on all of them.
        if (header.Shard?.List != _header.Shard?.List)
        {
            throw Refuse($"it was made with another list of images ({header.Shard?.Images}; now {_header.Shard?.Images})");
        }

        InputException Refuse(string problem) =>
            new(InputErrorKind.Invalid, _file.Path, null, $"{problem}. Without --resume the prediction begins again.");
    }
}
