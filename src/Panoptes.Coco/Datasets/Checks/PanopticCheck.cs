using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>The annotations of a panoptic dataset, with their PNGs.</summary>
internal sealed class PanopticCheck : AnnotationCheck
{
    private readonly DatasetHead _head;
    private readonly PanopticDraft?[] _drafts;
    private readonly PanopticImageCheck?[] _checks; // null where an annotation is skipped before it is looked into

    private PanopticCheck(DatasetHead head, PanopticDraft?[] drafts) =>
        (_head, _drafts, _checks) = (head, drafts, new PanopticImageCheck?[drafts.Length]);

    /// <inheritdoc />
    public override int Count => _drafts.Length;

    /// <summary>Checks a file's annotations with all cores.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">The folder of the PNGs; null leaves them out.</param>
    /// <param name="head">The file's images, whose files were looked at, and its classes.</param>
    /// <param name="log">Takes what is wrong.</param>
    /// <param name="progress">Told how many PNGs are done; from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">The file is not JSON.</exception>
    public static PanopticCheck Run(
        string path,
        string? folder,
        DatasetHead head,
        FindingLog log,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        PanopticCheck result = new(head, PanopticDraftReader.Read(path));
        progress = folder is null ? null : progress;
        HashSet<int> annotated = result.Assign(folder, log);
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
                result.ImageOf(i).IsSkipped |= check.IsSkipped;
            }
        }

        FindUnused(head, annotated, log);
        return result;
    }

    /// <inheritdoc />
    public override IReadOnlyList<JsonChange>? Repair(int index, JsonListElement element, RepairTally tally)
    {
        if (_checks[index] is not { } check || ImageOf(index).IsSkipped)
        {
            tally.Add(RepairKind.AnnotationsSkipped);
            return null;
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

        long image = ImageOf(index).Id!.Value;
        if (image != _drafts[index]!.ImageId.Value)
        {
            tally.Add(RepairKind.ImagesOfAnnotationsChanged);
            changes.Add(JsonChange.Integer("image_id", image));
        }

        return changes;
    }

    /// <summary>Finds each annotation's image; returns the places of those that have one.</summary>
    private HashSet<int> Assign(string? folder, FindingLog log)
    {
        HashSet<int> annotated = [];
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
            }
            else
            {
                _checks[i] = new PanopticImageCheck(_head, folder, draft, image.JoinedTo ?? image);
            }
        }

        return annotated;
    }

    private ImageEntry ImageOf(int index)
    {
        _head.TryGetImage(_drafts[index]!.ImageId.Value, out ImageEntry? image);
        return image!.JoinedTo ?? image;
    }
}
