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

    private InstanceCheck(DatasetHead head, ObjectVerdict[] verdicts) =>
        (_head, _verdicts, _check) = (head, verdicts, new ObjectCheck(head));

    /// <inheritdoc />
    public override int Count => _verdicts.Length;

    /// <summary>Checks a file's objects with all cores.</summary>
    /// <param name="path">The file.</param>
    /// <param name="head">Its images, whose files were looked at, and its classes.</param>
    /// <param name="log">Takes what is wrong.</param>
    /// <exception cref="InputException">The file is not JSON.</exception>
    public static InstanceCheck Run(string path, DatasetHead head, FindingLog log)
    {
        List<(List<ObjectVerdict> Verdicts, FindingLog Log)> blocks = JsonLists.Read(
            path,
            (ref JsonReader json, JsonBlock block) => CheckBlock(ref json, block, head),
            (ref JsonReader _) => { });
        blocks.ForEach(block => log.Add(block.Log));
        InstanceCheck result = new(head, [.. blocks.SelectMany(block => block.Verdicts)]);
        result.Compare(log);
        FindUnused(head, [.. result._verdicts.Select(verdict => verdict.Image)], log);
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
        ObjectDraft draft = _reader.Read(ref json)!;
        _check.Check(draft, index, new FindingLog(), out ObjectChanges changes);
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

        long image = _head.Images[_verdicts[index].Image].Id!.Value;
        if (image != draft.ImageId.Value)
        {
            tally.Add(RepairKind.ImagesOfAnnotationsChanged);
            result.Add(JsonChange.Integer("image_id", image));
        }

        return result;
    }

    private static (List<ObjectVerdict> Verdicts, FindingLog Log) CheckBlock(ref JsonReader json, JsonBlock block, DatasetHead head)
    {
        List<ObjectVerdict> verdicts = [];
        FindingLog log = new();
        if (block.List == "annotations")
        {
            ObjectReader reader = new();
            ObjectCheck check = new(head);
            json.Read();
            while (json.ReadElement())
            {
                verdicts.Add(check.Check(reader.Read(ref json), block.FirstElement + verdicts.Count, log, out _));
            }
        }

        return (verdicts, log);
    }

    /// <summary>Finds ids and objects that exist twice, and decides what a repair skips.</summary>
    private void Compare(FindingLog log)
    {
        HashSet<long> ids = [];
        Dictionary<UInt128, int> objects = [];
        long nextId = Math.Max(0, _verdicts.Max(v => (long?)v.Id.Value) ?? 0);
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

            if (!verdict.IsUsable || isTwice || _head.Images[verdict.Image].IsSkipped)
            {
                _leftOut.Add(i);
            }
            else if (!hasId || verdict.Id.Value == 0)
            {
                _newIds.Add(i, ++nextId);
            }
        }
    }

    private string Name(int index) => _verdicts[index].Id.Value is { } id ? $"annotation {id}" : $"annotations[{index}]";
}
