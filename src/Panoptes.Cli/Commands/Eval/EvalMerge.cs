using Panoptes.Cli.Commands.Predict;
using Panoptes.Cli.Commands.Shards;
using Panoptes.Coco.Files;
using Panoptes.Training.Distributed;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Commands.Eval;

/// <summary>Makes of the parts of all shards in a folder what one evaluation would have written.</summary>
internal sealed class EvalMerge
{
    /// <summary>The setting that tells the annotations' content.</summary>
    public const string Annotations = "--annotations";

    /// <summary>The setting that tells the panoptic annotations' content.</summary>
    public const string Panoptic = "--panoptic";

    private readonly string _folder;
    private readonly ShardFolder _shards;
    private readonly List<EvalPartFile> _parts = [];
    private readonly EvaluationData _data;

    /// <summary>Reads the parts of all shards, and the ground truth.</summary>
    /// <param name="folder">The folder that the shards had as output.</param>
    /// <exception cref="InputException">Parts are missing, damaged, or were made with different settings; or the ground truth has changed
    /// since.</exception>
    public EvalMerge(string folder)
    {
        (_folder, _shards) = (folder, ShardFolder.OfEvaluations(folder));
        IReadOnlyList<string> files = _shards.RequireAll();
        for (int i = 0; i < files.Count; i++)
        {
            EvalPartFile part = EvalPartFile.Read(files[i], i + 1, files.Count);
            _parts.Add(part);
            RequireSame(part);
        }

        RequireUnchanged(Annotations, Header.Source.Annotations);
        RequireUnchanged(Panoptic, Header.Source.Panoptic);
        _data = Header.Source.Load();
        RequireImages();
    }

    private EvalPartHeader Header => _parts[0].Header;

    /// <summary>Scores, and writes the files.</summary>
    /// <exception cref="InputException">A part is damaged.</exception>
    public EvaluationResult Write()
    {
        FileDraft.RemoveLeftOvers(_folder, subfolders: true); // of shards that were killed
        Evaluator evaluator = new(_data);
        EvaluationResult result = evaluator.Merge([.. _parts.Select(part => part.ToPart(_data.Objects))], Header.Source.Limit);
        if (Header.Categories is { } categories) WritePanoptic([.. categories.Select(category => category.ToCoco())]);
        EvalResults.Write(_folder, result, _data.Objects);
        return result;
    }

    /// <summary>Removes the parts, once all is written.</summary>
    public void RemoveShards() => _shards.Retire();

    private void WritePanoptic(IReadOnlyList<PanopticCategory> categories)
    {
        string path = Path.Combine(_folder, "panoptic.json");
        Dictionary<long, string?> texts = _data.Objects.Images.ToDictionary(image => image.Id, image => image.IdText);
        HashSet<string> names = new(PathComparison.Comparer);
        List<PanopticResult> results = [];
        foreach (EvalPartFile part in _parts)
        {
            foreach (EvalPartImage image in part.Images)
            {
                if (image.Panoptic is not { File: { } file, Segments: { } segments })
                    throw EvalPartFile.Damaged(part.Path, $"image {image.Id} has no segments");
                if (!names.Add(file))
                {
                    throw new InputException(
                        InputErrorKind.Invalid, part.Path, null,
                        $"two images have the name {file}, but for their extension; labels are named by it");
                }

                results.Add(new PanopticResult(image.Id, file, segments) { ImageIdText = texts[image.Id] });
            }
        }

        Directory.CreateDirectory(Path.Combine(_folder, "panoptic"));
        PanopticResultWriter.WriteJson(path, categories, results.OrderBy(image => image.ImageId));
    }

    private void RequireSame(EvalPartFile part)
    {
        string other = $"shard {Header.Number}/{Header.Count}";
        if (PredictSettings.Difference(part.Header.Settings, Header.Settings) is var (name, here, there))
            throw Refuse($"it was made with another {name} than {other} ({here}; {other} has {there})");
        bool hasSegments = part.End.Comparisons is not null, others = _parts[0].End.Comparisons is not null;
        bool isSame = part.Header.MaxDetections == Header.MaxDetections && hasSegments == others
            && part.End.WithTrueBoxes == _parts[0].End.WithTrueBoxes
            && (part.Header.Categories ?? []).SequenceEqual(Header.Categories ?? []);
        if (!isSame) throw Refuse($"it was made with another model than {other}");

        InputException Refuse(string problem) =>
            new(InputErrorKind.Invalid, part.Path, null, $"{problem}. Start the shards that differ again.");
    }

    private void RequireUnchanged(string setting, string? path)
    {
        string hash = Header.Settings.GetValueOrDefault(setting, "none");
        if (path is null && hash == "none") return;
        if (!File.Exists(path))
        {
            throw new InputException(
                InputErrorKind.NotFound, path ?? setting, null, $"file not found; {_parts[0].Path} was measured with it");
        }

        if (PredictSettings.HashOf(path) != hash)
            throw new InputException(InputErrorKind.Invalid, path, null, $"it has changed since {_parts[0].Path} was measured with it");
    }

    private void RequireImages()
    {
        long[] ids = [.. _data.Objects.Images.Take(Header.Source.Limit ?? int.MaxValue).Select(image => image.Id)];
        foreach (EvalPartFile part in _parts)
        {
            Shard shard = new(part.Header.Number, part.Header.Count);
            if (!part.Images.Select(image => image.Id).SequenceEqual(ids[shard.First(ids.Length)..shard.End(ids.Length)]))
                throw EvalPartFile.Damaged(part.Path, $"its images are not those of shard {shard} of {ids.Length} images");
        }
    }
}
