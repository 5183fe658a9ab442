using System.Text;
using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>Writes an object of lists, element by element, each on a line of its own.</summary>
/// <param name="stream">Where it is written, in small pieces; stays the caller's.</param>
internal sealed class JsonListWriter(Stream stream)
{
    private readonly HashSet<string> _written = [];
    private string? _list;
    private bool _any;

    /// <summary>Adds an element to a list. A list's elements come together.</summary>
    /// <exception cref="InputException">The list was written before, and others after it.</exception>
    public void Add(string list, ReadOnlySpan<byte> element)
    {
        if (list != _list)
        {
            Begin(list);
        }

        stream.Write(_any ? ",\n"u8 : "\n"u8);
        _any = true;
        stream.Write(element);
    }

    /// <summary>Begins a list, which may remain empty.</summary>
    public void Begin(string list)
    {
        EndList();
        if (!_written.Add(list))
        {
            throw InputException.InContent(null, $"the list '{list}' occurs twice");
        }

        WriteKey(list);
        stream.Write("["u8);
        (_list, _any) = (list, false);
    }

    /// <summary>Adds a value that is not a list.</summary>
    public void Add(string key, byte[] value)
    {
        EndList();
        _written.Add(key);
        WriteKey(key);
        stream.Write(value);
    }

    /// <summary>Ends the object, with empty lists for those that are not written yet.</summary>
    public void End(params ReadOnlySpan<string> lists)
    {
        foreach (string list in lists)
        {
            if (!_written.Contains(list))
            {
                Begin(list);
            }
        }

        EndList();
        stream.Write(_written.Count == 0 ? "{}\n"u8 : "}\n"u8);
        stream.Flush();
    }

    private void EndList()
    {
        if (_list is not null)
        {
            stream.Write("]"u8);
            _list = null;
        }
    }

    private void WriteKey(string key)
    {
        stream.Write(_written.Count == 1 ? "{"u8 : ",\n"u8);
        stream.Write(Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(key)}\":"));
    }
}
