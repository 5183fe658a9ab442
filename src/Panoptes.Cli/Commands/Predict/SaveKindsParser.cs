using Panoptes.Inference;
using Panoptes.Training.Configuration.Binding;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>Reads <c>--save</c>.</summary>
internal static class SaveKindsParser
{
    private static readonly Dictionary<string, SaveKinds> s_kinds = new()
    {
        ["overlay"] = SaveKinds.Overlay,
        ["coco"] = SaveKinds.Coco,
        ["masks"] = SaveKinds.Masks,
    };

    /// <summary>The kinds in a list such as <c>overlay,coco</c>.</summary>
    /// <param name="list">The list.</param>
    /// <param name="method">The model's method: not every one finds what every kind shows.</param>
    /// <exception cref="InputException">A word is no kind, or one that the model cannot give.</exception>
    public static SaveKinds Parse(string list, Method method)
    {
        SaveKinds kinds = 0;
        foreach (string word in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            kinds |= s_kinds.TryGetValue(word, out SaveKinds kind) ? kind : throw Refuse(word, method);
        }

        return kinds != 0 ? kinds : throw new InputException($"--save: name at least one of {Allowed()}");
    }

    private static InputException Refuse(string word, Method method)
    {
        string why = word switch
        {
            "panoptic" => $"the model's method, {method}, finds instances only",
            "geojson" => "it is not supported yet",
            _ => Nearest.To(word, s_kinds.Keys) is { } near ? $"did you mean '{near}'?" : "there is no such kind",
        };
        return new InputException($"--save {word}: {why}; allowed are {Allowed()}");
    }

    private static string Allowed() => string.Join(", ", s_kinds.Keys);
}
