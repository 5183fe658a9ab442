using System.Text.Json;
using Panoptes.Cli.Commands.Shards;
using Panoptes.Training.Distributed;

namespace Panoptes.Cli.Commands.Predict.Merging;

/// <summary>A shard's manifest as a merge reads it.</summary>
internal sealed class FinishedShard : IDisposable
{
    private readonly JsonLines _file;
    private readonly List<(int Index, long Id, long Start)> _images = [];

    private FinishedShard(JsonLines file, ManifestHeader header, ManifestShard shard) => (_file, Header, Shard) = (file, header, shard);

    /// <summary>The manifest's first line.</summary>
    public ManifestHeader Header { get; }

    /// <summary>The shard's part of it.</summary>
    public ManifestShard Shard { get; }

    /// <summary>The manifest's last line; null where the shard is not done.</summary>
    public ManifestEnd? End { get; private set; }

    /// <summary>The manifest.</summary>
    public string Path => _file.Path;

    /// <summary>The images that are done, in their order: their places among those of all shards, and their ids.</summary>
    public IEnumerable<(int Index, long Id)> Images => _images.Select(image => (image.Index, image.Id));

    /// <summary>Objects found in them.</summary>
    public long Instances { get; private set; }

    /// <summary>Opens a manifest and reads which images are done.</summary>
    /// <param name="path">The manifest, named after its shard.</param>
    /// <param name="folder">The folder of the results.</param>
    /// <param name="number">Which shard it is of, from 1.</param>
    /// <param name="count">Of how many.</param>
    /// <exception cref="InputException">It is damaged, of another shard, in use, or results are missing.</exception>
    public static FinishedShard Open(string path, string folder, int number, int count)
    {
        JsonLines file;
        try
        {
            file = JsonLines.OpenToRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                InputErrorKind.Unreadable, path, null, $"it cannot be read ({e.Message}). The shard may still be running.", e);
        }

        try
        {
            return Read(file, folder, number, count);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the images that are done with their results, in their order.</summary>
    public IEnumerable<ManifestImage> Read() => _images.Select(image => Read(image.Start));

    /// <summary>Reads one of <see cref="Images"/>.</summary>
    /// <param name="position">Its place in this list.</param>
    public ManifestImage Read(int position) => Read(_images[position].Start);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FinishedShard Read(JsonLines file, string folder, int number, int count)
    {
        FinishedShard? manifest = null;
        Dictionary<int, (long Id, long Start, int Objects)> images = []; // grows with lines that are there, not by what the header says
        foreach ((long start, byte[] line) in file.Read())
        {
            if (manifest is null)
            {
                ManifestHeader? header = JsonLines.Parse(line, ManifestJson.Default.ManifestHeader);
                if (header is not { Version: ManifestHeader.CurrentVersion, Settings: not null, Shard: { List: not null, Categories: not null } shard }
                    || (shard.Number, shard.Count) != (number, count) || shard.Images < 0)
                {
                    throw Damaged(file, $"not a manifest (version {ManifestHeader.CurrentVersion}) of shard {number}/{count}");
                }

                manifest = new FinishedShard(file, header, shard);
            }
            else if (JsonLines.Parse(line, ManifestJson.Default.ManifestKey) is { File: not null, Files: not null, Place: { } place } key)
            {
                images[place.Index] = (place.Id, start, key.Objects); // the last line of an image counts
                manifest.End = null;
                RequireFiles(file, folder, key);
            }
            else if (JsonLines.Parse(line, ManifestJson.Default.ManifestEnd) is { Failed: not null, Undone: not null, Missing: not null } end)
            {
                manifest.End = end;
            }
            else
            {
                throw Damaged(file, "it has a damaged line");
            }
        }

        if (manifest is null) throw Damaged(file, "it is empty");
        manifest.Take(images);
        return manifest;
    }

    private void Take(Dictionary<int, (long Id, long Start, int Objects)> images)
    {
        _images.AddRange(images.OrderBy(image => image.Key).Select(image => (image.Key, image.Value.Id, image.Value.Start)));
        Instances = images.Values.Sum(image => (long)image.Objects);
        if (End is null) return;
        Shard shard = new(Shard.Number, Shard.Count);
        (int first, int end) = (shard.First(Shard.Images), shard.End(Shard.Images));
        if (_images.Count + End.Undone.Count != end - first || _images.Any(image => image.Index < first || image.Index >= end))
            throw Damaged(_file, $"its images are not those of shard {shard} of {Shard.Images} images");
    }

    private ManifestImage Read(long start) => JsonSerializer.Deserialize(_file.Read(start), ManifestJson.Default.ManifestImage)!;

    private static void RequireFiles(JsonLines manifest, string folder, ManifestKey key)
    {
        foreach (string name in key.Files)
        {
            string path = System.IO.Path.Combine(folder, name);
            if (!PathComparison.IsInside(folder, path)) throw Damaged(manifest, $"it names '{name}', which is not in the folder");
            if (!System.IO.Path.Exists(path)) throw Damaged(manifest, $"the result '{name}' of {key.File} is missing");
        }
    }

    private static InputException Damaged(JsonLines file, string problem) => new(
        InputErrorKind.Damaged, file.Path, null, $"{problem}. Start the shard again with --resume, or without if that is refused.");
}
