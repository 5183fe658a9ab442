using System.Text;
using System.Text.Json;

namespace Panoptes.Coco.Json;

/// <summary>Writes an object of lists, element by element, each on a line of its own.</summary>
/// <param name="stream">Where it is written; stays the caller's.</param>
internal sealed class JsonListWriter(Stream stream) : IDisposable
{
    private readonly BufferedStream _stream = new(stream, 1 << 16);
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

        _stream.Write(_any ? ",\n"u8 : "\n"u8);
        _any = true;
        _stream.Write(element);
    }

    /// <summary>Begins a list, which may remain empty.</summary>
    public void Begin(string list)
    {
        EndList();
        if (!_written.Add(list))
        {
            throw new InputException($"the list '{list}' occurs twice");
        }

        WriteKey(list);
        _stream.Write("["u8);
        (_list, _any) = (list, false);
    }

    /// <summary>Adds a value that is no list.</summary>
    public void Add(string key, byte[] value)
    {
        EndList();
        _written.Add(key);
        WriteKey(key);
        _stream.Write(value);
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
        _stream.Write(_written.Count == 0 ? "{}\n"u8 : "}\n"u8);
        _stream.Flush();
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Flush();

    private void EndList()
    {
        if (_list is not null)
        {
            _stream.Write("]"u8);
            _list = null;
        }
    }

    private void WriteKey(string key)
    {
        _stream.Write(_written.Count == 1 ? "{"u8 : ",\n"u8);
        _stream.Write(Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(key)}\":"));
    }
}
