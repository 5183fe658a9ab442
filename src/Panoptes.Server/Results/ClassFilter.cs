using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Server.Requests;

namespace Panoptes.Server.Results;

/// <summary>Keeps the classes that a request wants.</summary>
internal static class ClassFilter
{
    /// <summary>The names that a request gives, which may hold several between commas.</summary>
    /// <param name="wanted">The request's values.</param>
    /// <param name="known">Names of the model's classes.</param>
    /// <exception cref="RequestException">The model has no class of a name.</exception>
    public static HashSet<string> Parse(IReadOnlyList<string> wanted, IReadOnlyList<string> known)
    {
        HashSet<string> all = [.. known];
        HashSet<string> names = [];
        const StringSplitOptions tidy = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (string name in wanted.SelectMany(v => all.Contains(v) ? [v] : v.Split(',', tidy)))
        {
            if (!all.Contains(name))
            {
                string hint = Nearest.To(name, known) is { } near ? $"Did you mean '{near}'?" : "GET /v1/models lists the classes.";
                throw RequestException.ForParameter("classes", $"the model has no class '{ClientText.Short(name)}'. {hint}");
            }

            names.Add(name);
        }

        return names;
    }

    /// <summary>What was found of some classes; the pixels of others are void.</summary>
    public static Segmentation Apply(Segmentation found, HashSet<string> names)
    {
        Segmentation kept = found with { Instances = [.. found.Instances.Where(i => names.Contains(i.ClassName))] };
        if (found.Panoptic is not { } panoptic) return kept;
        List<Segment> segments = [.. panoptic.Segments.Where(s => names.Contains(s.ClassName))];
        HashSet<int> ids = [.. segments.Select(s => s.Id)];
        foreach (ref int label in panoptic.Labels.Labels)
        {
            if (!ids.Contains(label)) label = 0;
        }

        return kept with { Panoptic = panoptic with { Segments = segments } };
    }
}
