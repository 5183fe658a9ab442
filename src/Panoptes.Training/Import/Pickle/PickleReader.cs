using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Panoptes.Training.Import.Pickle;

/// <summary>
/// Reads a Python pickle (protocols 0 to 5; docs.python.org/3/library/pickletools.html) as data: numbers, texts, lists, dictionaries and
/// tensors come out. Nothing is imported or called, whatever the pickle asks for.
/// </summary>
/// <param name="stream">The file, at the pickle's first byte; reading stops behind its last.</param>
/// <param name="persistent">Resolves what the pickle stores outside of itself; null where it may not.</param>
internal sealed class PickleReader(Stream stream, Func<object?, object?>? persistent = null)
{
    // Files of weights have some hundred instructions a tensor.
    private const int MostInstructions = 20_000_000;
    private const int LongestLine = 1 << 16;

    private static readonly object s_mark = new();

    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private readonly PickleBudget _budget = new(stream.Length);

    /// <summary>Reads one pickle.</summary>
    /// <returns>null, a boolean, a long, a BigInteger, a double, a string, bytes; a List, an array (a tuple), a
    /// <see cref="PickleDictionary"/>, a <see cref="StoredTensor"/>, a <see cref="NumpyArray"/>; a <see cref="PickleGlobal"/>.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="InputException">It asks for something that weights do not need, or for copies beyond its budget.</exception>
    /// <exception cref="EndOfStreamException">It is cut off.</exception>
    public object? Read()
    {
        for (int count = 0; count < MostInstructions; count++)
        {
            byte code = Byte();
            if (code == '.')
            {
                return Pop();
            }

            if (!Number(code) && !Text(code) && !Container(code) && !Object(code))
            {
                throw new InvalidDataException($"0x{code:x2} is not a supported pickle instruction");
            }
        }

        throw new InvalidDataException($"it has more than {MostInstructions} instructions");
    }

    private bool Number(byte code)
    {
        switch (code)
        {
            case (byte)'N':
                Push(null);
                return true;
            case 0x88 or 0x89:
                Push(code == 0x88);
                return true;
            case (byte)'K':
                Push((long)Byte());
                return true;
            case (byte)'M':
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)));
                return true;
            case (byte)'J':
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
                return true;
            case (byte)'G':
                Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8)));
                return true;
            case 0x8a:
                PushLong(Bytes(Byte()));
                return true;
            case 0x8b:
                PushLong(Bytes(BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))));
                return true;
            case (byte)'I':
                string line = Line();
                Push(line is "00" or "01" ? line == "01" : (object)Parsed(line));
                return true;
            case (byte)'L':
                Push(Parsed(Line().TrimEnd('L')));
                return true;
            case (byte)'F':
                Push(double.TryParse(Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out double real)
                    ? real
                    : throw new InvalidDataException("a number is none"));
                return true;
            default:
                return false;
        }
    }

    private bool Text(byte code)
    {
        switch (code)
        {
            case (byte)'X':
                PushText(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)));
                return true;
            case 0x8c:
                PushText(Byte());
                return true;
            case 0x8d:
                PushText(BinaryPrimitives.ReadInt64LittleEndian(Bytes(8)));
                return true;
            case (byte)'U': // Python 2 wrote texts and bytes so: a letter is a byte
                Push(Encoding.Latin1.GetString(Bytes(Byte())));
                return true;
            case (byte)'T':
                Push(Encoding.Latin1.GetString(Bytes(BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)))));
                return true;
            case (byte)'S':
                Push(Line().Trim('\'', '"'));
                return true;
            case (byte)'V':
                Push(Line());
                return true;
            case (byte)'C':
                Push(Bytes(Byte()));
                return true;
            case (byte)'B':
                Push(Bytes(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))));
                return true;
            case 0x8e or 0x96:
                Push(Bytes(BinaryPrimitives.ReadInt64LittleEndian(Bytes(8))));
                return true;
            default:
                return false;
        }
    }

    private bool Container(byte code)
    {
        switch (code)
        {
            case (byte)'(':
                Push(s_mark);
                return true;
            case (byte)')':
                Push(Array.Empty<object?>());
                return true;
            case (byte)'t':
                Push(PopToMark());
                return true;
            case 0x85 or 0x86 or 0x87:
                Push(PopMany(code - 0x84));
                return true;
            case (byte)']' or 0x8f:
                Push(new List<object?>());
                return true;
            case (byte)'l' or 0x91:
                Push(new List<object?>(PopToMark()));
                return true;
            case (byte)'a':
                object? item = Pop();
                Top<List<object?>>().Add(item);
                return true;
            case (byte)'e' or 0x90:
                object?[] items = PopToMark();
                Top<List<object?>>().AddRange(items);
                return true;
            case (byte)'}':
                Push(new PickleDictionary());
                return true;
            case (byte)'d':
                object?[] entries = PopToMark();
                Push(new PickleDictionary());
                AddAll(entries);
                return true;
            case (byte)'s':
                AddAll(PopMany(2));
                return true;
            case (byte)'u':
                AddAll(PopToMark());
                return true;
            default:
                return false;
        }
    }

    private bool Object(byte code)
    {
        switch (code)
        {
            case 0x80: // the protocol
                Byte();
                return true;
            case 0x95: // a frame, which only says how much may be read ahead
                Bytes(8);
                return true;
            case (byte)'0':
                Pop();
                return true;
            case (byte)'1':
                PopToMark();
                return true;
            case (byte)'2':
                Push(Top<object?>());
                return true;
            case (byte)'p':
                _memo[Parsed(Line())] = Top<object?>();
                return true;
            case (byte)'q':
                _memo[Byte()] = Top<object?>();
                return true;
            case (byte)'r':
                _memo[BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))] = Top<object?>();
                return true;
            case 0x94:
                _memo[_memo.Count] = Top<object?>();
                return true;
            case (byte)'g':
                Push(Remembered(Parsed(Line())));
                return true;
            case (byte)'h':
                Push(Remembered(Byte()));
                return true;
            case (byte)'j':
                Push(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))));
                return true;
            case (byte)'c':
                Push(PickleObjects.Require(new PickleGlobal(Line(), Line())));
                return true;
            case 0x93:
                object?[] names = PopMany(2);
                Push(names is [string module, string name]
                    ? PickleObjects.Require(new PickleGlobal(module, name))
                    : throw new InvalidDataException("a class has no name"));
                return true;
            case (byte)'i':
                PickleGlobal own = PickleObjects.Require(new PickleGlobal(Line(), Line()));
                Push(PickleObjects.Call(own, PopToMark(), _budget));
                return true;
            case (byte)'o':
                object?[] call = PopToMark();
                Push(PickleObjects.Call(call.ElementAtOrDefault(0), call.Length > 0 ? call[1..] : [], _budget));
                return true;
            case (byte)'R' or 0x81:
                object?[] both = PopMany(2);
                object?[] arguments = both[1] as object?[] ?? throw new InvalidDataException("a call has no arguments");
                Push(PickleObjects.Call(both[0], arguments, _budget));
                return true;
            case (byte)'b':
                object? state = Pop();
                PickleObjects.SetState(Top<object?>(), state, _budget);
                return true;
            case (byte)'Q':
                Push(Elsewhere(Pop()));
                return true;
            case (byte)'P':
                Push(Elsewhere(Line()));
                return true;
            default:
                return false;
        }
    }

    private object? Elsewhere(object? id) =>
        persistent is null ? throw new InvalidDataException("it refers to an object outside of the file") : persistent(id);

    private void AddAll(object?[] entries)
    {
        if (entries.Length % 2 != 0)
        {
            throw new InvalidDataException("a key has no value");
        }

        PickleDictionary target = Top<PickleDictionary>();
        for (int i = 0; i < entries.Length; i += 2)
        {
            target.Add(entries[i], entries[i + 1]);
        }
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Pop() => PopMany(1)[0];

    private object?[] PopMany(int count)
    {
        if (_stack.Count < count || _stack.TakeLast(count).Contains(s_mark))
        {
            throw new InvalidDataException("it takes from an empty stack");
        }

        object?[] items = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private object?[] PopToMark()
    {
        int mark = _stack.LastIndexOf(s_mark);
        if (mark < 0)
        {
            throw new InvalidDataException("it ends a list that it did not begin");
        }

        object?[] items = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private T Top<T>() => _stack.Count > 0 && _stack[^1] is T top && !ReferenceEquals(top, s_mark)
        ? top
        : _stack.Count > 0 && _stack[^1] is null && default(T) is null
            ? default!
            : throw new InvalidDataException("it changes an object that does not exist");

    private object? Remembered(long number) =>
        _memo.TryGetValue(number, out object? value) ? value : throw new InvalidDataException("it reads a memo that it never wrote");

    private byte Byte()
    {
        int next = stream.ReadByte();
        return next >= 0 ? (byte)next : throw new EndOfStreamException("it is cut off");
    }

    private byte[] Bytes(long length)
    {
        if (length < 0 || length > stream.Length - stream.Position || length > Array.MaxLength)
        {
            throw new EndOfStreamException($"it is cut off ({length} bytes were announced)");
        }

        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private string Line()
    {
        List<byte> line = [];
        for (byte next = Byte(); next != '\n'; next = Byte())
        {
            line.Add(line.Count < LongestLine ? next : throw new InvalidDataException("a line has no end"));
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    private void PushText(long length) => Push(Encoding.UTF8.GetString(Bytes(length)));

    private void PushLong(byte[] littleEndian)
    {
        BigInteger value = new(littleEndian);
        Push(value >= long.MinValue && value <= long.MaxValue ? (long)value : value);
    }

    private static long Parsed(string line) =>
        long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            ? whole
            : throw new InvalidDataException("a number is none");
}
