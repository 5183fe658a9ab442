using System.Text;
using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>
/// Finds a key that an object has twice: readers would disagree which of the two counts. The keys are told apart by a few bits each; only
/// where two share them is the object read again.
/// </summary>
/// <param name="start">Stands on the object's first bracket.</param>
internal ref struct UniqueKeys(JsonReader start)
{
    private readonly JsonReader _start = start;
    private ulong _seen;
    private bool _isDoubtful;

    /// <summary>The key that an element has twice; null where it has none, or is not an object.</summary>
    /// <param name="element">Stands on its first token.</param>
    public static string? FirstTwice(JsonReader element)
    {
        UniqueKeys keys = new(element);
        if (element.Token != JsonTokenType.StartObject)
        {
            return null;
        }

        while (element.ReadProperty())
        {
            keys.Note(element.Name);
            element.Read();
            element.Skip();
        }

        return keys.Find();
    }

    /// <summary>Notes a key of the object.</summary>
    public void Note(ReadOnlySpan<byte> key)
    {
        // No two of COCO's keys of an object share these bits.
        ulong bit = key.Length == 0 ? 1 : 1ul << ((key.Length + (5 * key[^1])) & 63);
        _isDoubtful |= (_seen & bit) != 0;
        _seen |= bit;
    }

    /// <summary>Complains at the object's end about a key that was there twice.</summary>
    public readonly void Require(ref FieldErrors errors)
    {
        if (_isDoubtful && Find() is { } twice)
        {
            errors.Twice(twice);
        }
    }

    private readonly string? Find()
    {
        if (!_isDoubtful)
        {
            return null;
        }

        JsonReader json = _start;
        HashSet<string> names = new(StringComparer.Ordinal);
        while (json.ReadProperty())
        {
            string name = Encoding.UTF8.GetString(json.Name);
            if (!names.Add(name))
            {
                return name;
            }

            json.Read();
            json.Skip();
        }

        return null;
    }
}
