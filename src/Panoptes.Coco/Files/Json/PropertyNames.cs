using System.Numerics;
using System.Text;

namespace Panoptes.Coco.Files.Json;

/// <summary>
/// Tells apart the properties of a list's objects. A file's objects name them in one order and with the same blanks, mostly, so what stood
/// before a value is looked for at the same place of the next object: one comparison takes the place of reading a name and looking it up.
/// </summary>
/// <param name="names">The names that are known.</param>
internal sealed class PropertyNames(params string[] names)
{
    /// <summary>A name that is not known.</summary>
    public const int Unknown = -1;

    private const int MostPlaces = 32;

    private readonly byte[][] _known = Array.ConvertAll(names, Encoding.UTF8.GetBytes);
    private readonly List<byte[]> _texts = []; // by place in the object: from behind the last value to before the next
    private readonly List<int> _names = []; // and what property that begins
    private int _place;
    private uint _seen;
    private uint _twice;

    /// <summary>A property that the object had twice so far; null where it had none.</summary>
    public string? Twice => _twice == 0 ? null : names[BitOperations.TrailingZeroCount(_twice)];

    /// <summary>Begins an object, whose first bracket the reader stands on.</summary>
    public void Begin() => (_place, _seen, _twice) = (0, 0, 0);

    /// <summary>Goes to the next property's name, or past the object's end, when it returns false.</summary>
    /// <param name="json">Stands behind a value, or on the object's first bracket.</param>
    /// <param name="name">Which of the names it is, or <see cref="Unknown"/>.</param>
    public bool TryNext(ref JsonReader json, out int name)
    {
        int place = _place++;
        bool found = true;
        if (place < _texts.Count && json.TryPassName(_texts[place]))
        {
            name = _names[place];
        }
        else
        {
            found = TryRead(ref json, place, out name);
        }

        uint bit = name >= 0 ? 1u << name : 0;
        _twice |= _seen & bit;
        _seen |= bit;
        return found;
    }

    /// <summary>Whether the object had a property so far.</summary>
    public bool Has(int name) => (_seen >> name & 1) != 0;

    /// <summary>Complains at the object's end about a property that it had twice.</summary>
    public void RequireUnique(ref FieldErrors errors)
    {
        if (Twice is { } twice)
        {
            errors.Twice(twice);
        }
    }

    /// <summary>Complains about a property that the object does not have.</summary>
    public void Require(int name, ref FieldErrors errors)
    {
        if (!Has(name))
        {
            errors.Missing(names[name]);
        }
    }

    private bool TryRead(ref JsonReader json, int place, out int name)
    {
        int start = json.Position;
        name = Unknown;
        if (!json.ReadProperty())
        {
            return false;
        }

        name = Find(json.Name);
        if (place < _texts.Count)
        {
            (_texts[place], _names[place]) = (json.Since(start).ToArray(), name);
        }
        else if (place < MostPlaces)
        {
            _texts.Add(json.Since(start).ToArray());
            _names.Add(name);
        }

        return true;
    }

    private int Find(ReadOnlySpan<byte> text)
    {
        for (int name = 0; name < _known.Length; name++)
        {
            if (text.SequenceEqual(_known[name]))
            {
                return name;
            }
        }

        return Unknown;
    }
}
