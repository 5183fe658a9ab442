using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>A value of a file that may be wrong: for readers that go on instead of complaining.</summary>
/// <param name="Value">The value; null where it is missing or wrong.</param>
/// <param name="Wrong">What stands there instead, for messages; null where the value is right or missing.</param>
/// <param name="Text">The text that the value stands for, for messages; null where it is no text's.</param>
internal readonly record struct Loose<T>(T? Value, string? Wrong = null, string? Text = null)
    where T : struct
{
    /// <summary>What stands there, for messages.</summary>
    public override string ToString() => Wrong ?? Text ?? Value?.ToString() ?? "missing";
}

/// <summary>A text of a file that may be wrong.</summary>
/// <param name="Value">The text; null where it is missing or wrong.</param>
/// <param name="Wrong">What stands there instead, for messages; null where the text is right or missing.</param>
internal readonly record struct LooseText(string? Value, string? Wrong = null);

/// <summary>Reads single values without complaining.</summary>
internal static class Loose
{
    /// <summary>An integer within bounds; skips whatever else stands there.</summary>
    public static Loose<long> Integer(ref JsonReader json, long min = long.MinValue, long max = long.MaxValue)
    {
        if (json.TryGetInteger(out long value) && value >= min && value <= max)
        {
            return new Loose<long>(value);
        }

        return Wrong<long>(ref json);
    }

    /// <summary>
    /// An id: an integer, or the integer that stands for a text (<see cref="CocoId"/>); skips whatever else stands there.
    /// </summary>
    public static Loose<long> Id(ref JsonReader json) =>
        json.GetId() is { } id ? new Loose<long>(id, null, json.GetString() is { } text ? $"\"{text}\"" : null) : Wrong<long>(ref json);

    /// <summary>A finite number; skips whatever else stands there.</summary>
    public static Loose<double> Number(ref JsonReader json) =>
        json.TryGetNumber(out double value) ? new Loose<double>(value) : Wrong<double>(ref json);

    /// <summary>0, 1, false or true; skips whatever else stands there.</summary>
    public static Loose<bool> Flag(ref JsonReader json)
    {
        if (json.Token is JsonTokenType.True or JsonTokenType.False)
        {
            return new Loose<bool>(json.Token == JsonTokenType.True);
        }

        return json.TryGetInteger(out long value) && value is 0 or 1 ? new Loose<bool>(value == 1) : Wrong<bool>(ref json);
    }

    /// <summary>A text; skips whatever else stands there.</summary>
    public static LooseText Text(ref JsonReader json)
    {
        if (json.IsText)
        {
            return new LooseText(json.GetString());
        }

        string wrong = json.Describe();
        json.Skip();
        return new LooseText(null, wrong);
    }

    /// <summary>Finite numbers; null, and skipped, where anything else stands there. Null elements are counted as wrong.</summary>
    /// <param name="json">Stands on the list's bracket, or on whatever is there instead.</param>
    /// <param name="wrong">What stands there instead, or null.</param>
    public static double[]? Numbers(ref JsonReader json, out string? wrong)
    {
        wrong = null;
        if (json.Token != JsonTokenType.StartArray)
        {
            wrong = json.Describe();
            json.Skip();
            return null;
        }

        List<double> numbers = [];
        while (json.ReadElement())
        {
            if (json.TryGetNumber(out double number))
            {
                numbers.Add(number);
                continue;
            }

            wrong ??= $"{json.Describe()} in a list";
            json.Skip();
        }

        return wrong is null ? [.. numbers] : null;
    }

    private static Loose<T> Wrong<T>(ref JsonReader json)
        where T : struct
    {
        string text = json.Describe();
        json.Skip();
        return new Loose<T>(null, text);
    }
}
