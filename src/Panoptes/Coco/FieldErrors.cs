using System.Text.Json;
using Panoptes.Masks;

namespace Panoptes.Coco;

/// <summary>
/// Reads the fields of one JSON object and remembers the first thing wrong, to be thrown at the object's end together with its id,
/// which may be its last key.
/// </summary>
internal struct FieldErrors
{
    private string? _first;

    /// <summary>True when something is wrong.</summary>
    public readonly bool Any => _first is not null;

    /// <summary>Remembers a complaint unless it is null or another came first.</summary>
    public void Add(string? complaint) => _first ??= complaint;

    /// <summary>Complains about a key that must be there.</summary>
    public void Require<T>(T? value, string key)
        where T : struct
    {
        if (value is null)
        {
            Add($"the key {key} is missing");
        }
    }

    /// <summary>An integer within bounds.</summary>
    public long Integer(ref JsonFileReader json, string key, long min, long max)
    {
        if (json.TryGetInteger(out long value) && value >= min && value <= max)
        {
            return value;
        }

        string range = min == long.MinValue ? "" : min == int.MinValue ? " of 32 bits" : $" from {min} to {max}";
        Add($"{key} is {json.Describe()}; it must be an integer{range}");
        return 0;
    }

    /// <summary>A finite number.</summary>
    public double Number(ref JsonFileReader json, string key)
    {
        if (!json.TryGetNumber(out double value))
        {
            Add($"{key} is {json.Describe()}; it must be a finite number");
        }

        return value;
    }

    /// <summary>A text.</summary>
    public string Text(ref JsonFileReader json, string key)
    {
        string? value = json.GetString();
        if (value is null)
        {
            Add($"{key} is {json.Describe()}; it must be a string");
        }

        return value ?? "";
    }

    /// <summary>0, 1, false or true.</summary>
    public bool Flag(ref JsonFileReader json, string key)
    {
        if (json.Token is JsonTokenType.True or JsonTokenType.False)
        {
            return json.Token == JsonTokenType.True;
        }

        return Integer(ref json, key, 0, 1) == 1;
    }

    /// <summary>A box: four finite numbers, the last two not negative. Null where the list is empty. Reads up to the list's end.</summary>
    public BoxXywh? Box(ref JsonFileReader json)
    {
        Span<double> numbers = stackalloc double[4];
        if (json.Token != JsonTokenType.StartArray)
        {
            Add(json.Token == JsonTokenType.Null ? null : $"bbox is {json.Describe()}; it must be a list of four numbers");
            json.Skip();
            return null;
        }

        int count = 0;
        while (json.ReadElement())
        {
            if (!json.TryGetNumber(out double value))
            {
                Add($"bbox[{count}] is {json.Describe()}; it must be a finite number");
                json.Skip();
            }
            else if (count < 4)
            {
                numbers[count] = value;
            }

            count++;
        }

        if (count is not 0 and not 4)
        {
            Add($"bbox has {count} numbers; it must have four: x, y, width, height");
        }
        else if (count == 4 && !Any && (numbers[2] < 0 || numbers[3] < 0))
        {
            Add($"bbox is {numbers[2]} wide and {numbers[3]} high; neither may be negative");
        }

        return count == 4 ? new BoxXywh(numbers[0], numbers[1], numbers[2], numbers[3]) : null;
    }

    /// <summary>Throws what was wrong, if anything.</summary>
    /// <exception cref="InputException">Something was wrong.</exception>
    public readonly void Throw(string kind, long? id, string list, int index)
    {
        if (_first is not null)
        {
            throw new InputException(id is null ? $"{list}[{index}]: {_first}." : $"{kind} {id}: {_first}.");
        }
    }
}
