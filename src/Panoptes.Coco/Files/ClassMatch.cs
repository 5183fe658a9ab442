using Panoptes.Inference;

namespace Panoptes.Coco.Files;

/// <summary>
/// Classes of one side (a model, results) as another side (a dataset) numbers them, matched by name: tools number the same classes in
/// different ways, and ids by themselves would take a disk for a ring.
/// </summary>
public sealed class ClassMatch
{
    private const int Shown = 20;

    private readonly Dictionary<long, long> _ids = [];

    private ClassMatch()
    {
    }

    /// <summary>Says which ids differ and how they were matched; null where all are the same.</summary>
    public string? Remark { get; private init; }

    /// <summary>The other side's id of a class; the same id where the class is not one of those matched.</summary>
    /// <param name="id">The id of this side.</param>
    public long this[long id] => _ids.GetValueOrDefault(id, id);

    /// <summary>Matches a model's classes, those of things and those of stuff, with the classes of a dataset.</summary>
    /// <param name="classes">The model's.</param>
    /// <param name="model">What messages call the model.</param>
    /// <param name="categories">The dataset's.</param>
    /// <param name="dataset">What messages call the dataset.</param>
    /// <exception cref="InputException">A class of the model has no class of its name in the dataset; the message lists both
    /// sides.</exception>
    public static ClassMatch Of(
        IEnumerable<ModelClass> classes, string model, IEnumerable<CocoCategory> categories, string dataset) =>
        ByName([.. classes.Select(c => (c.CategoryId, c.Name))], model, [.. categories.Select(c => (c.Id, c.Name))], dataset);

    /// <summary>Matches classes by name. A class without a name, which readers call <c>category ID</c>, is matched by its id.</summary>
    /// <param name="own">The classes of this side.</param>
    /// <param name="ownName">What messages call this side.</param>
    /// <param name="others">The classes of the other side, which may be more.</param>
    /// <param name="othersName">What messages call the other side.</param>
    /// <exception cref="InputException">A class has no match, or several of its name; the message lists both sides.</exception>
    public static ClassMatch ByName(
        IReadOnlyList<(long Id, string Name)> own, string ownName, IReadOnlyList<(long Id, string Name)> others, string othersName)
    {
        Dictionary<long, long> ids = [];
        List<string> differing = [];
        List<string> unmatched = [];
        foreach ((long id, string name) in own.Distinct())
        {
            long[] named = [.. others.Where(other => other.Name == name).Select(other => other.Id).Distinct()];
            bool sameId = named.Contains(id) || others.Any(other => other.Id == id && (IsNameless(other) || IsNameless((id, name))));
            if (!sameId && named.Length != 1)
            {
                unmatched.Add($"{id} '{name}'");
                continue;
            }

            ids[id] = sameId ? id : named[0];
            if (!sameId)
            {
                differing.Add($"'{name}' is {id} in {ownName} and {named[0]} in {othersName}");
            }
        }

        if (unmatched.Count > 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, othersName, null,
                $"has no class {List(unmatched)} of {ownName}; classes are matched by name. {ownName} has "
                + $"{List(own.Distinct().Select(Describe))}; {othersName} has {List(others.Distinct().Select(Describe))}.");
        }

        ClassMatch match = new()
        {
            Remark = differing.Count == 0
                ? null
                : $"classes have other ids in {othersName} than in {ownName} and were matched by name: {List(differing)}",
        };
        foreach ((long id, long other) in ids)
        {
            match._ids.Add(id, other);
        }

        return match;
    }

    private static string Describe((long Id, string Name) named) => $"{named.Id} '{named.Name}'";

    private static bool IsNameless((long Id, string Name) named) => named.Name.Length == 0 || named.Name == $"category {named.Id}";

    private static string List(IEnumerable<string> all)
    {
        string[] some = [.. all.Take(Shown + 1)];
        return string.Join(", ", some.Take(Shown)) + (some.Length > Shown ? ", ..." : "");
    }
}
