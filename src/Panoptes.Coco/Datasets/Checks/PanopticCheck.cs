using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>The annotations of a panoptic dataset, with their PNGs.</summary>
internal sealed class PanopticCheck : AnnotationCheck
{
    private readonly DatasetHead _head;
    private readonly PanopticDraft?[] _drafts;
    private readonly DatasetCheckOptions _options;
    private readonly PanopticImageCheck?[] _checks; // null where an annotation cannot be looked into
    private readonly HashSet<int> _repeated = []; // annotations that an earlier one says already

    private PanopticCheck(DatasetHead head, PanopticDraft?[] drafts, DatasetCheckOptions options) =>
        (_head, _drafts, _options, _checks) = (head, drafts, options, new PanopticImageCheck?[drafts.Length]);

    /// <inheritdoc />
    public override int Count => _drafts.Length;

    /// <inheritdoc />
    public override int Instances => _drafts.Sum(draft => draft?.Segments?.Count ?? 0);

    /// <inheritdoc />
    public override int Dropped => _drafts.Index().Sum(pair => Goes(pair.Index)
        ? pair.Item?.Segments?.Count ?? 0
        : _checks[pair.Index]?.Changes.Count(change => change.IsSkipped) ?? 0);

    /// <summary>Checks a file's annotations with all cores.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The folder of the PNGs, and what becomes of crowds and of what cannot be used.</param>
    /// <param name="head">The file's images, whose files were looked at, and its classes.</param>
    /// <param name="log">Takes what is wrong.</param>
    /// <param name="progress">Told how many PNGs are done; from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">The file is not JSON.</exception>
    public static PanopticCheck Run(
        string path,
        DatasetCheckOptions options,
        DatasetHead head,
        FindingLog log,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        PanopticCheck result = new(head, PanopticDraftReader.Read(path, cancellationToken), options);
        progress = options.PanopticFolder is null ? null : progress;
        HashSet<int> annotated = result.Assign(log);
        int done = 0;
        ParallelInput.For(
            result.Count,
            i =>
            {
                result._checks[i]?.Run();
                progress?.Report((Interlocked.Increment(ref done), result.Count));
            },
            (i, message) => $"annotations[{i}]: {message}",
            cancellationToken);
        for (int i = 0; i < result.Count; i++)
        {
            if (result._checks[i] is { } check)
            {
                log.Add(check.Log);
                result.ImageOf(i)!.IsUnusable |= check.IsUnusable;
                result.ImageOf(i)!.IsSkipped |= check.IsUnusable && options.DropUnusable;
            }
        }

        FindUnused(head, annotated, log);
        PanopticImageCheck[] looked = [.. result._checks.OfType<PanopticImageCheck>()];
        FindUseless(looked.Sum(check => check.Usable), looked.Sum(check => check.Crowds), log);
        return result;
    }

    /// <inheritdoc />
    public override IReadOnlyList<JsonChange>? Repair(int index, JsonListElement element, RepairTally tally)
    {
        if (Goes(index))
        {
            tally.Add(RepairKind.AnnotationsSkipped);
            return null;
        }

        if (_checks[index] is not { } check)
        {
            return [];
        }

        if (element.Id("image_id"u8) != _drafts[index]!.ImageId.Value)
        {
            throw InputException.InContent($"annotations[{index}]", "is not what was checked; the file changed in the meantime.");
        }

        List<JsonChange> changes = [];
        if (check.Changes.Any(c => c.Any))
        {
            IReadOnlyList<JsonListElement> segments = element.Elements("segments_info"u8);
            changes.Add(new JsonChange("segments_info", json => JsonEdit.WriteList(
                json, segments, (_, i) => check.Changes[i].IsSkipped ? null : [.. check.Changes[i].ToJson()])));
            foreach (SegmentChanges change in check.Changes)
            {
                tally.Add(RepairKind.SegmentsSkipped, change.IsSkipped);
                tally.Add(RepairKind.AreasCorrected, !change.IsSkipped && change.Area is not null);
                tally.Add(RepairKind.BoxesCorrected, !change.IsSkipped && change.Box is not null);
                tally.Add(RepairKind.CrowdFlagsSet, !change.IsSkipped && change.IsCrowd is not null);
            }
        }

        long image = ImageOf(index)!.Id!.Value;
        if (image != _drafts[index]!.ImageId.Value)
        {
            tally.Add(RepairKind.ImagesOfAnnotationsChanged);
            changes.Add(JsonChange.Integer("image_id", image));
        }

        return changes;
    }

    /// <summary>Finds each annotation's image; returns the places of those that have one.</summary>
    private HashSet<int> Assign(FindingLog log)
    {
        HashSet<int> annotated = [];
        HashSet<string> files = [];
        for (int i = 0; i < _drafts.Length; i++)
        {
            if (_drafts[i] is not { FileName: not null, Segments: not null } draft)
            {
                string what = _drafts[i] is null ? "no object" : _drafts[i]!.FileName is null ? "no file_name" : "no list segments_info";
                log.Add(ProblemKind.InvalidAnnotation, $"annotations[{i}]: {what}");
            }
            else if (!_head.TryGetImage(draft.ImageId.Value, out ImageEntry? image))
            {
                log.Add(ProblemKind.UnknownImage, $"annotations[{i}]: image_id {draft.ImageId}");
            }
            else if (!annotated.Add((image.JoinedTo ?? image).Index))
            {
                log.Add(ProblemKind.DuplicatePanopticImage, $"annotations[{i}]: {image}");
                if (files.Contains(draft.FileName))
                {
                    _repeated.Add(i);
                }
            }
            else
            {
                files.Add(draft.FileName);
                _checks[i] = new PanopticImageCheck(_head, _options, draft, image.JoinedTo ?? image);
            }
        }

        return annotated;
    }

    private bool Goes(int index) => _repeated.Contains(index)
        || ImageOf(index) is { IsSkipped: true }
        || (_checks[index] is null && _options.DropUnusable);

    private ImageEntry? ImageOf(int index)
    {
        _head.TryGetImage(_drafts[index]?.ImageId.Value, out ImageEntry? image);
        return image?.JoinedTo ?? image;
    }
}
