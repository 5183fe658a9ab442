using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>The objects of an instance dataset: each checked by itself, then against all others.</summary>
internal sealed class InstanceCheck : AnnotationCheck
{
    private readonly DatasetHead _head;
    private readonly ObjectVerdict[] _verdicts;
    private readonly HashSet<int> _leftOut = [];
    private readonly Dictionary<int, long> _newIds = [];
    private readonly ObjectReader _reader = new();
    private readonly ObjectCheck _check;

    private InstanceCheck(DatasetHead head, ObjectVerdict[] verdicts, DatasetCheckOptions options) =>
        (_head, _verdicts, _check) = (head, verdicts, new ObjectCheck(head, options.ClearCrowd));

    /// <inheritdoc />
    public override int Count => _verdicts.Length;

    /// <inheritdoc />
    public override int Instances => Count;

    /// <inheritdoc />
    public override int Dropped => _leftOut.Count;

    /// <summary>Checks a file's objects with all cores.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">Its images, whose files were looked at, and its classes.</param>
    /// <param name="options">Whether crowds are cleared, and unusable objects dropped.</param>
    /// <param name="log">Takes what is wrong.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">The file is not JSON.</exception>
    public static InstanceCheck Run(
        string path, DatasetHead head, DatasetCheckOptions options, FindingLog log, CancellationToken cancellationToken)
    {
        List<(List<ObjectVerdict> Verdicts, FindingLog Log)> blocks = JsonLists.Read(
            path,
            (ref JsonReader json, JsonBlock block) => CheckBlock(ref json, block, head, options.ClearCrowd, cancellationToken),
            (ref JsonReader _) => { },
            cancellationToken);
        blocks.ForEach(block => log.Add(block.Log));
        InstanceCheck result = new(head, [.. blocks.SelectMany(block => block.Verdicts)], options);
        result.Compare(log, options.DropUnusable);
        FindUnused(head, [.. result._verdicts.Select(verdict => verdict.Image).OfType<int>()], log);
        ObjectVerdict[] usable = [.. result._verdicts.Where(verdict => verdict.Fate == Fate.Usable)];
        FindUseless(usable.Length, usable.Count(verdict => verdict.IsCrowd), log);
        return result;
    }

    /// <inheritdoc />
    public override IReadOnlyList<JsonChange>? Repair(int index, JsonListElement element, RepairTally tally)
    {
        if (_leftOut.Contains(index))
        {
            tally.Add(RepairKind.AnnotationsSkipped);
            return null;
        }

        // Checked once more instead of keeping the changes of all objects.
        JsonReader json = new(element.Text.Span);
        json.Read();
        ObjectDraft? draft = _reader.Read(ref json);
        ObjectVerdict verdict = _check.Check(draft, index, new FindingLog(), out ObjectChanges changes);
        if (!verdict.IsOfSame(_verdicts[index]))
        {
            throw InputException.InContent(null, $"{Name(index)}: is not what was checked; the file changed in the meantime.");
        }

        if (draft is null)
        {
            return [];
        }

        // What could not be understood keeps every value that it has.
        changes = verdict.Fate == Fate.Usable ? changes : new ObjectChanges();
        List<JsonChange> result = [.. changes.ToJson(changes.IsCrowd ?? draft.IsCrowd.Value ?? false)];
        tally.Add(RepairKind.BoxesCorrected, changes.Box is not null);
        tally.Add(RepairKind.AreasCorrected, changes.Area is not null);
        tally.Add(RepairKind.CrowdFlagsSet, changes.IsCrowd is not null);
        tally.Add(RepairKind.MasksCorrected, changes.Segmentation is not null);
        if (_newIds.TryGetValue(index, out long id))
        {
            tally.Add(RepairKind.IdsRenewed);
            result.Add(JsonChange.Integer("id", id));
        }

        if (verdict.Image is { } place && _head.Images[place].Id is { } image && image != draft.ImageId.Value)
        {
            tally.Add(RepairKind.ImagesOfAnnotationsChanged);
            result.Add(JsonChange.Integer("image_id", image));
        }

        return result;
    }

    private static (List<ObjectVerdict> Verdicts, FindingLog Log) CheckBlock(
        ref JsonReader json, JsonBlock block, DatasetHead head, bool clearCrowd, CancellationToken cancellationToken)
    {
        List<ObjectVerdict> verdicts = [];
        FindingLog log = new();
        if (block.List == "annotations")
        {
            ObjectReader reader = new();
            ObjectCheck check = new(head, clearCrowd);
            json.Read();
            while (JsonElements.TryNext(ref json, block, out JsonReader element))
            {
                cancellationToken.ThrowIfCancellationRequested();
                verdicts.Add(check.Check(reader.Read(ref element), block.FirstElement + verdicts.Count, log, out _));
            }
        }

        return (verdicts, log);
    }

    /// <summary>Finds ids and objects that exist twice, and decides what a repair skips.</summary>
    private void Compare(FindingLog log, bool dropUnusable)
    {
        HashSet<long> ids = [];
        Dictionary<UInt128, int> objects = [];
        long nextId = Math.Max(0, _verdicts.Max(v => v.Id.Value) ?? 0);
        for (int i = 0; i < _verdicts.Length; i++)
        {
            ObjectVerdict verdict = _verdicts[i];
            bool isTwice = verdict.Fingerprint != 0 && !objects.TryAdd(verdict.Fingerprint, i);
            if (isTwice)
            {
                log.Add(ProblemKind.DuplicateObject, $"{Name(i)} and {Name(objects[verdict.Fingerprint])}");
            }

            bool hasId = verdict.Id.Value is { } id && ids.Add(id);
            if (!hasId && verdict.Id.Value is not null)
            {
                log.Add(ProblemKind.DuplicateId, $"{Name(i)} (annotations[{i}])");
            }

            ImageEntry? image = verdict.Image is { } place ? _head.Images[place] : null;
            bool isUnusable = verdict.Fate == Fate.Unusable || image is { IsUnusable: true };
            if (verdict.Fate == Fate.Nothing || isTwice || image is { IsSkipped: true } || (isUnusable && dropUnusable))
            {
                _leftOut.Add(i);
            }
            else if ((!hasId || verdict.Id.Value == 0) && verdict != default)
            {
                _newIds.Add(i, ++nextId);
            }
        }
    }

    private string Name(int index) => _verdicts[index].Id.Value is { } id ? $"annotation {id}" : $"annotations[{index}]";
}
