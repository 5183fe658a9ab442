using Panoptes.Coco.Datasets.Checks;

namespace Panoptes.Coco.Datasets;

/// <summary>A class that is made of one or several others.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Members">The classes it is made of.</param>
/// <param name="Model">The one whose other keys it takes: that with its name, else the first.</param>
internal sealed record ClassPlan(long Id, string Name, IReadOnlyList<ClassEntry> Members, ClassEntry Model)
{
    /// <summary>Makes the classes that rules ask for, in the file's order.</summary>
    /// <param name="lists">The dataset.</param>
    /// <param name="rules">What becomes of classes; those without a rule stay.</param>
    /// <param name="contiguous">Whether ids are 1, 2, 3 and so on.</param>
    /// <exception cref="InputException">A class does not exist, ids clash, or things and stuff are to be one class.</exception>
    public static IReadOnlyList<ClassPlan> Make(DatasetLists lists, IReadOnlyList<ClassRule> rules, bool contiguous)
    {
        if (rules.FirstOrDefault(rule => rule.Old != ClassRule.Others && lists.Classes.All(c => c.Name != rule.Old)) is { } unknown)
        {
            throw new InputException(
                InputErrorKind.Invalid, lists.Path, null,
                $"has no class '{unknown.Old}'; it has {lists.DescribeClasses()}.");
        }

        if (contiguous && rules.FirstOrDefault(rule => rule.NewId is not null) is { } numbered)
        {
            throw InputException.ForSetting(
                null,
                $"the rule for '{numbered.Old}' gives the id {numbered.NewId}, but ids are to be contiguous; one of the two");
        }

        ClassPlan[] plans =
        [
            .. lists.Classes
                .Select(member => (Member: member, Rule: RuleOf(member, rules)))
                .Where(pair => pair.Rule.New is not null)
                .GroupBy(pair => pair.Rule.New!)
                .Select((group, i) => Join(lists, group.Key, [.. group], contiguous ? i + 1 : null)),
        ];
        foreach (IGrouping<long, ClassPlan> clash in plans.GroupBy(plan => plan.Id).Where(group => group.Count() > 1))
        {
            throw InputException.ForSetting(
                null,
                $"the classes {string.Join(" and ", clash.Select(plan => $"'{plan.Name}'"))} would have the id {clash.Key}; "
                + "give another with OLD=ID:NEW, or make all ids contiguous");
        }

        return plans.Length > 0 ? plans : throw new InputException(InputErrorKind.Invalid, lists.Path, null, "no class would be left");
    }

    private static ClassRule RuleOf(ClassEntry member, IReadOnlyList<ClassRule> rules) =>
        rules.FirstOrDefault(rule => rule.Old == member.Name)
        ?? rules.FirstOrDefault(rule => rule.Old == ClassRule.Others)
        ?? new ClassRule(member.Name!, member.Name);

    private static ClassPlan Join(DatasetLists lists, string name, (ClassEntry Member, ClassRule Rule)[] pairs, long? id)
    {
        long[] asked = [.. pairs.Select(pair => pair.Rule.NewId).OfType<long>().Distinct()];
        if (asked.Length > 1)
        {
            throw InputException.ForSetting(null, $"the class '{name}' is given the ids {string.Join(" and ", asked)}; one of them");
        }

        ClassEntry[] members = [.. pairs.Select(pair => pair.Member)];
        if (lists.Kind == DatasetKind.Panoptic && members.Select(member => member.IsThing).Distinct().Count() > 1)
        {
            throw InputException.ForSetting(
                null,
                $"the class '{name}' would be made of things and stuff; panoptic classes are one or the other");
        }

        ClassEntry model = members.FirstOrDefault(member => member.Name == name) ?? members[0];
        return new ClassPlan(id ?? (asked.Length == 1 ? asked[0] : model.Id!.Value), name, members, model);
    }
}
