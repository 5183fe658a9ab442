using Panoptes.Cli.Commands.Shards;

namespace Panoptes.Cli.Commands.Predict.Merging;

/// <summary>Makes of the results of all shards in a folder what one prediction would have written.</summary>
internal sealed class ShardMerge : IDisposable
{
    private readonly string _folder;
    private readonly ShardFolder _shards;
    private readonly List<FinishedShard> _parts = [];

    private ShardMerge(string folder) => (_folder, _shards) = (folder, ShardFolder.OfPredictions(folder));

    /// <summary>The shards' common settings.</summary>
    private ManifestHeader Header => _parts[0].Header;

    /// <summary>Reads the manifests of all shards.</summary>
    /// <param name="folder">The folder of the results.</param>
    /// <exception cref="InputException">Shards are missing, not done, damaged, or were made with different settings or images.</exception>
    public static ShardMerge Open(string folder)
    {
        ShardMerge merge = new(folder);
        try
        {
            IReadOnlyList<string> files = merge._shards.RequireAll();
            for (int i = 0; i < files.Count; i++)
            {
                FinishedShard part = FinishedShard.Open(files[i], folder, i + 1, files.Count);
                merge._parts.Add(part);
                merge.RequireSame(part);
            }

            int[] running = [.. merge._parts.Where(part => part.End is null).Select(part => part.Shard.Number)];
            return running.Length == 0 ? merge : throw merge._shards.Unfinished(running, files.Count, " --resume");
        }
        catch
        {
            merge.Dispose();
            throw;
        }
    }

    /// <summary>Writes what all images share, the manifest and the list of files, and removes what earlier predictions left.</summary>
    /// <exception cref="InputException">A manifest is damaged.</exception>
    public PredictMergeReport Write()
    {
        SaveKinds kinds = SaveKindsParser.OfNames(Header.Settings.GetValueOrDefault("--save", ""))
            ?? throw new InputException(InputErrorKind.Invalid, _parts[0].Path, null, "its --save has kinds that are unknown here");
        CommonFiles common = new(_folder, kinds, [.. _parts[0].Shard.Categories.Select(category => category.ToCoco())]);
        FileDraft.RemoveLeftOvers(_folder, subfolders: true); // of shards that were killed; none runs any more
        using OutputList list = new(_folder);
        common.AddTo(list);
        foreach (string file in All().SelectMany(image => image.Files))
        {
            if (file.EndsWith('/')) list.AddFolder(Path.Combine(_folder, file));
            else list.Add(Path.Combine(_folder, file));
        }

        foreach (string shard in Directory.EnumerateFiles(_shards.Path, "*" + ShardFolder.ListExtension)) list.AddEarlier(shard);
        common.Write(byId => (byId ? AllById() : All()).Select(image => (NameOf(image), image)));
        AtomicFile.Write(Path.Combine(_folder, PredictManifest.FileName), stream =>
        {
            JsonLines.Write(stream, Header with { Shard = null }, ManifestJson.Default.ManifestHeader);
            foreach (ManifestImage image in All()) JsonLines.Write(stream, image with { Place = null }, ManifestJson.Default.ManifestImage);
        });

        int images = _parts.Sum(part => part.Images.Count());
        IEnumerable<string> inputs = All().Select(image => image.File).Concat(_parts.SelectMany(part => part.End!.Undone));
        IReadOnlyList<string> removed = images > 0 ? list.RemoveStale(inputs) : [];
        return new PredictMergeReport(
            Path.GetFullPath(_folder),
            common.Results is { } results ? Path.GetFullPath(results) : null,
            common.Panoptic is { } panoptic ? Path.GetFullPath(panoptic) : null,
            _parts.Count,
            images,
            _parts.Sum(part => part.Instances),
            [.. _parts.SelectMany(part => part.End!.Missing).Distinct(), .. _parts.SelectMany(part => part.End!.Failed)],
            removed.Count)
        {
            RemovedFiles = removed,
            Kinds = kinds,
        };
    }

    /// <summary>Removes the shards' own files, once all is written.</summary>
    public void RemoveShards()
    {
        Dispose();
        _shards.Retire();
    }

    /// <inheritdoc/>
    public void Dispose() => _parts.ForEach(part => part.Dispose());

    private IEnumerable<ManifestImage> All() => _parts.SelectMany(part => part.Read());

    private IEnumerable<ManifestImage> AllById() => _parts
        .SelectMany(part => part.Images.Select((image, position) => (image.Id, image.Index, Part: part, Position: position)))
        .OrderBy(image => image.Id).ThenBy(image => image.Index)
        .Select(image => image.Part.Read(image.Position));

    private static NamedImage NameOf(ManifestImage image) => new(image.File, Path.GetFileNameWithoutExtension(image.File))
    {
        Id = image.Place!.Id,
        IdText = image.Place.IdText,
    };

    private void RequireSame(FinishedShard part)
    {
        FinishedShard first = _parts[0];
        string other = $"shard {first.Shard.Number}/{first.Shard.Count}";
        if (PredictSettings.Difference(part.Header.Settings, first.Header.Settings) is var (name, here, there))
            throw Refuse($"it was made with another {name} than {other} ({here}; {other} has {there})");
        if ((part.Shard.List, part.Shard.Images) != (first.Shard.List, first.Shard.Images))
        {
            throw Refuse(
                $"it was made with another list of images than {other} ({part.Shard.Images} images; {other} has {first.Shard.Images}), "
                + "or of images in other folders");
        }

        if (!part.Shard.Categories.SequenceEqual(first.Shard.Categories)) throw Refuse($"it was made with other classes than {other}");

        InputException Refuse(string problem) => new(
            InputErrorKind.Invalid, part.Path, null, $"{problem}. Start the shards that differ again, without --resume, with the same inputs.");
    }
}
