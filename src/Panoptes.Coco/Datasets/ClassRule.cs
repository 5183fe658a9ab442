using System.Globalization;

namespace Panoptes.Coco.Datasets;

/// <summary>What becomes of a class.</summary>
/// <param name="Old">Its name; <c>*</c> for every class that no other rule names.</param>
/// <param name="New">Its new name; several classes with the same one are joined. Null drops it with its objects.</param>
/// <param name="NewId">Its new id; null leaves that to the classes joined.</param>
public sealed record ClassRule(string Old, string? New, long? NewId = null)
{
    /// <summary>The name that stands for all other classes.</summary>
    public const string Others = "*";

    /// <summary>
    /// Reads rules as the command line has them, between commas or on lines of their own: <c>car=vehicle</c> renames or joins,
    /// <c>person=1:human</c> gives an id too, <c>dog=</c> drops, <c>*=thing</c> and <c>*=</c> stand for all others.
    /// </summary>
    /// <exception cref="InputException">The text is malformed, or a class has two rules.</exception>
    public static IReadOnlyList<ClassRule> ParseAll(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ClassRule[] rules =
        [
            .. text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse),
        ];
        if (rules.GroupBy(rule => rule.Old).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw InputException.ForSetting(null, $"the class '{twice.Key}' has two rules; one says what becomes of it");
        }

        return rules;
    }

    private static ClassRule Parse(string text)
    {
        string[] sides = text.Split('=', 2, StringSplitOptions.TrimEntries);
        if (sides.Length == 2 && sides[0].Length > 0)
        {
            string[] target = sides[1].Split(':', 2, StringSplitOptions.TrimEntries);
            if (target.Length == 1)
            {
                return new ClassRule(sides[0], target[0].Length == 0 ? null : target[0]);
            }

            if (long.TryParse(target[0], NumberStyles.None, CultureInfo.InvariantCulture, out long id) && target[1].Length > 0)
            {
                return new ClassRule(sides[0], target[1], id);
            }
        }

        throw InputException.ForSetting(
            null,
            $"the rule '{text}' is not of the form OLD=NEW, OLD=ID:NEW or OLD= (which drops the class): car=vehicle");
    }
}
