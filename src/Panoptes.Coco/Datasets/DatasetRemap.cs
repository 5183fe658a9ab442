using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets;

/// <summary>
/// Renames, joins, drops and renumbers the classes of a COCO dataset. Everything else is copied as it stands, unknown keys
/// included; a joined class takes them from the class whose name it has, or else from the first.
/// </summary>
public static class DatasetRemap
{
    /// <summary>Writes the dataset with other classes.</summary>
    /// <param name="annotations">The dataset's JSON.</param>
    /// <param name="output">The file to create or replace.</param>
    /// <param name="rules">What becomes of classes; those without a rule stay, and classes of the same name become one.</param>
    /// <param name="contiguous">Whether ids become 1, 2, 3 and so on, in the file's order.</param>
    /// <param name="clearCrowd">Whether crowds become objects like others (<c>iscrowd</c> 0).</param>
    /// <param name="strict">Whether an object of an unknown class is an error; else it is skipped, counted and named.</param>
    /// <param name="cancellationToken">Ends the work; an older file stays as it was.</param>
    /// <exception cref="InputException">The file is missing or malformed, a rule cannot be kept, or a class of a panoptic dataset is to
    /// go, whose pixels would stay in the PNGs.</exception>
    public static RemapResult Write(
        string annotations,
        string output,
        IReadOnlyList<ClassRule> rules,
        bool contiguous = false,
        bool clearCrowd = false,
        bool strict = false,
        CancellationToken cancellationToken = default)
    {
        DatasetCopy.RequireOther(output, annotations);
        DatasetLists lists = DatasetLists.Read(annotations, cancellationToken);
        IReadOnlyList<ClassPlan> plans = ClassPlan.Make(lists, rules, contiguous);
        bool isPanoptic = lists.Kind == DatasetKind.Panoptic;
        if (isPanoptic && lists.Classes.FirstOrDefault(c => plans.All(plan => !plan.Members.Contains(c))) is { } dropped)
        {
            throw new InputException(
                InputErrorKind.Invalid, annotations, null,
                $"is panoptic: the class '{dropped.Name}' cannot be dropped, because its pixels would stay in the PNGs; "
                + "join it with another.");
        }

        Dictionary<long, long> newIds = plans
            .SelectMany(plan => plan.Members.Select(member => (Old: member.Id!.Value, New: plan.Id)))
            .ToDictionary(pair => pair.Old, pair => pair.New);
        ClassMapping mapping = new(annotations, newIds) { ClearCrowd = clearCrowd };
        HashSet<long> stuff = [.. plans.Where(plan => plan.Model.IsThing == false && plan.Members.Count > 1).Select(plan => plan.Id)];
        HashSet<long> knownClasses = [.. lists.Classes.Select(c => c.Id!.Value)];
        SkipLog skipped = new(annotations, strict);
        int repeated = 0;
        DatasetFile file = DatasetCopy.Write(annotations, output, (element, index) =>
        {
            switch (element.List)
            {
                case "images":
                    return [.. mapping.OfImage(element)];
                case "categories":
                    return OfClass(lists.Classes[index], plans);
                case "annotations" when isPanoptic:
                    repeated += mapping.ClassesOfSegments(element).Where(stuff.Contains).GroupBy(id => id).Any(g => g.Count() > 1) ? 1 : 0;
                    return mapping.OfSegments(element);
                case "annotations":
                    if (element.Id("category_id"u8) is not { } id || !knownClasses.Contains(id))
                    {
                        skipped.AddUnknownClass(element);
                    }

                    return mapping.OfObject(element);
                default:
                    return [];
            }
        }, cancellationToken: cancellationToken);
        return new RemapResult(
            file with { Skipped = skipped.ToList() },
            [.. plans.Select(plan => new RemappedClass(plan.Id, plan.Name, [.. plan.Members.Select(m => m.Name!)]))],
            repeated)
        {
            ClearedCrowds = mapping.ClearedCrowds,
        };
    }

    private static List<JsonChange>? OfClass(ClassEntry entry, IReadOnlyList<ClassPlan> plans)
    {
        if (plans.FirstOrDefault(plan => plan.Model == entry) is not { } plan)
        {
            return null;
        }

        List<JsonChange> changes = [];
        if (plan.Id != entry.Id)
        {
            changes.Add(JsonChange.Integer("id", plan.Id));
        }

        if (plan.Name != entry.Name)
        {
            changes.Add(JsonChange.Text("name", plan.Name));
        }

        return changes;
    }
}
