using System.Text.Json;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Files.Json;

/// <summary>
/// Reads the fields of one JSON object and remembers the first thing wrong, to be thrown at the object's end together with its id,
/// which may be its last key.
/// </summary>
internal struct FieldErrors
{
    private static readonly string[] s_words = ["no", "one", "two", "three", "four"];

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
            Missing(key);
        }
    }

    /// <summary>Complains about a key that must be there and is not.</summary>
    public void Missing(string key) => Add($"the key {key} is missing");

    /// <summary>Complains about a key that is there twice.</summary>
    public void Twice(string key) => Add($"the key {key} occurs twice; which of the two counts cannot be told");

    /// <summary>An id: an integer, or the integer that stands for a text (<see cref="CocoId"/>).</summary>
    public long Id(ref JsonReader json, string key)
    {
        if (json.TryGetInteger(out long value))
        {
            return value;
        }

        if (json.GetId() is { } standsForText)
        {
            return standsForText;
        }

        Add($"{key} is {json.Describe()}; it must be an integer of 64 bits or a text");
        return 0;
    }

    /// <summary>An integer within bounds.</summary>
    public long Integer(ref JsonReader json, string key, long min = long.MinValue, long max = long.MaxValue)
    {
        if (json.TryGetInteger(out long value) && value >= min && value <= max)
        {
            return value;
        }

        string range = min == long.MinValue ? "" : $" from {min} to {max}";
        Add($"{key} is {json.Describe()}; it must be an integer{range}");
        return 0;
    }

    /// <summary>A finite number.</summary>
    public double Number(ref JsonReader json, string key)
    {
        if (!json.TryGetNumber(out double value))
        {
            Add($"{key} is {json.Describe()}; it must be a finite number");
        }

        return value;
    }

    /// <summary>A text.</summary>
    public string Text(ref JsonReader json, string key)
    {
        if (json.IsText)
        {
            return json.GetString()!;
        }

        Add(json.Token == JsonTokenType.String
            ? $"{key} is {json.Describe()}, which is not Unicode (invalid UTF-8, or half of a surrogate pair)"
            : $"{key} is {json.Describe()}; it must be a string");
        return "";
    }

    /// <summary>0, 1, false or true.</summary>
    public bool Flag(ref JsonReader json, string key)
    {
        if (json.Token is JsonTokenType.True or JsonTokenType.False)
        {
            return json.Token == JsonTokenType.True;
        }

        return Integer(ref json, key, 0, 1) == 1;
    }

    /// <summary>A box: four finite numbers, the last two not negative. Null where the list is empty. Reads up to the list's end.</summary>
    public BoxXywh? Box(ref JsonReader json)
    {
        Span<double> numbers = stackalloc double[4];
        int count = Numbers(ref json, "bbox", numbers);
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

    /// <summary>A color: three numbers from 0 to 255; null if there is none. Reads up to the list's end.</summary>
    public Rgb? Color(ref JsonReader json)
    {
        Span<double> channels = stackalloc double[3];
        int count = Numbers(ref json, "color", channels);
        bool valid = count == 3 && !channels.ContainsAnyExceptInRange(0.0, 255.0);
        if (count != 0 && !valid)
        {
            Add("color must have three numbers from 0 to 255: red, green, blue");
        }

        return valid ? new Rgb((byte)channels[0], (byte)channels[1], (byte)channels[2]) : null;
    }

    /// <summary>A list of ids. Reads up to the list's end.</summary>
    public long[] Ids(ref JsonReader json, string key)
    {
        if (json.Token != JsonTokenType.StartArray)
        {
            Add($"{key} is {json.Describe()}; it must be a list of ids");
            json.Skip();
            return [];
        }

        List<long> values = [];
        while (json.ReadElement())
        {
            values.Add(Id(ref json, $"{key}[{values.Count}]"));
            json.Skip();
        }

        return [.. values];
    }

    // Reads a list of numbers up to its end and returns how many there were; 0 for null.
    private int Numbers(ref JsonReader json, string key, scoped Span<double> numbers)
    {
        if (json.Token != JsonTokenType.StartArray)
        {
            Add(json.Token == JsonTokenType.Null
                ? null
                : $"{key} is {json.Describe()}; it must be a list of {s_words[numbers.Length]} numbers");
            json.Skip();
            return 0;
        }

        if (json.TryReadNumbers(numbers))
        {
            return numbers.Length;
        }

        int count = 0;
        while (json.ReadElement())
        {
            if (!json.TryGetNumber(out double value))
            {
                Add($"{key}[{count}] is {json.Describe()}; it must be a finite number");
                json.Skip();
            }
            else if (count < numbers.Length)
            {
                numbers[count] = value;
            }

            count++;
        }

        return count;
    }

    /// <summary>Throws what was wrong, if anything.</summary>
    /// <exception cref="InputException">Something was wrong.</exception>
    public readonly void Throw(string kind, long? id, string list, int index)
    {
        if (_first is not null)
        {
            throw InputException.InContent(id is null ? $"{list}[{index}]" : $"{kind} {id}", $"{_first}.");
        }
    }
}
