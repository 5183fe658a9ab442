using Panoptes.Inference;

namespace Panoptes.Cli.Commands.Predict;

/// <summary>Reads <c>--save</c>.</summary>
internal static class SaveKindsParser
{
    private static readonly Dictionary<string, SaveKinds> s_kinds = new()
    {
        ["overlay"] = SaveKinds.Overlay,
        ["coco"] = SaveKinds.Coco,
        ["masks"] = SaveKinds.Masks,
        ["panoptic"] = SaveKinds.Panoptic,
        ["geojson"] = SaveKinds.GeoJson,
    };

    /// <summary>The kinds in a list such as <c>overlay,coco</c>.</summary>
    /// <param name="list">The list.</param>
    /// <param name="card">The model's card: not every model finds what every kind shows.</param>
    /// <exception cref="InputException">A word is not a kind, or one that the model cannot give.</exception>
    public static SaveKinds Parse(string list, ModelCard card)
    {
        SaveKinds kinds = 0;
        foreach (string word in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            bool known = s_kinds.TryGetValue(word, out SaveKinds kind) && CanGive(card, kind);
            kinds |= known ? kind : throw Refuse(word, card);
        }

        return kinds != 0 ? kinds : throw InputException.ForSetting("--save", $"name at least one of {Allowed(card)}");
    }

    /// <summary>Throws if a word of a list is not a kind: before the model is loaded.</summary>
    /// <param name="list">The list.</param>
    /// <exception cref="InputException">Names the word.</exception>
    public static void RequireKinds(string list)
    {
        foreach (string word in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!s_kinds.ContainsKey(word)) throw Unknown(word, string.Join(", ", s_kinds.Keys));
        }
    }

    /// <summary>The kinds in a list that <see cref="NameOf"/> made; null where a word is not a kind.</summary>
    public static SaveKinds? OfNames(string list)
    {
        SaveKinds kinds = 0;
        foreach (string word in list.Split(','))
        {
            if (!s_kinds.TryGetValue(word, out SaveKinds kind)) return null;
            kinds |= kind;
        }

        return kinds;
    }

    /// <summary>The word for a kind.</summary>
    public static string NameOf(SaveKinds kind) => s_kinds.First(pair => pair.Value == kind).Key;

    private static InputException Refuse(string word, ModelCard card) => word == "panoptic"
        ? InputException.ForSetting($"--save {word}", $"the model ({card.Method}) finds instances only; allowed are {Allowed(card)}")
        : Unknown(word, Allowed(card));

    private static InputException Unknown(string word, string allowed)
    {
        string why = Nearest.To(word, s_kinds.Keys) is { } near ? $"did you mean '{near}'?" : "unknown kind";
        return InputException.ForSetting($"--save {word}", $"{why}; allowed are {allowed}");
    }

    private static string Allowed(ModelCard card) =>
        string.Join(", ", s_kinds.Where(kind => CanGive(card, kind.Value)).Select(kind => kind.Key));

    private static bool CanGive(ModelCard card, SaveKinds kind) => kind != SaveKinds.Panoptic || card.IsPanoptic;
}
