using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;

namespace Panoptes.Coco.Json;

/// <summary>
/// Cuts a JSON file into blocks of whole list elements, so that several threads can read one file and none has to hold it. Cut are
/// the root, where it is a list, or the lists in a root object. To find an element's end only brackets, quotes and backslashes are looked
/// at, many bytes at once; what lies between them is for whoever reads the blocks.
/// </summary>
/// <remarks>Everything outside of the blocks remains as <see cref="Skeleton"/>: valid JSON exactly when that part of the file is.</remarks>
internal sealed class JsonBlockSource(Stream stream, int blockSize = JsonBlockSource.DefaultBlockSize)
{
    /// <summary>Bytes of a block, unless one element is longer.</summary>
    public const int DefaultBlockSize = 1 << 20;

    // Bytes in front of a buffer's text and behind it, for the brackets.
    private const int First = 1;
    private const int Behind = 1;

    private readonly ArrayBufferWriter<byte> _skeleton = new();
    private byte[] _tail = []; // what was read and is not given away yet
    private int _tailLength;
    private bool _started;
    private bool _ended;
    private int _blocks;

    // The state of the walk over the text. Positions count from the buffer's start and move with its content.
    private int _scanned;
    private bool _inString;
    private int _escaped = -1;
    private int _depth;
    private int _listDepth; // depth inside of the list that is being cut; 0 outside of lists
    private bool _rootIsObject;
    private bool _rootEnded;
    private int _stringStart;
    private int _pending; // first byte that is neither in a block nor in the skeleton
    private int _elements; // complete elements of the list so far
    private int _elementsInBlocks;
    private int _lastEnd; // after the last complete element
    private string? _list;

    /// <summary>The file without the elements of its lists, once all blocks are read.</summary>
    public ReadOnlySpan<byte> Skeleton => _skeleton.WrittenSpan;

    /// <summary>Cuts out the next block; false at the end of the file.</summary>
    /// <exception cref="JsonException">The text ends too early, or its lists are malformed.</exception>
    public bool TryNext(JsonBlock block)
    {
        int length = First + _tailLength;
        Reserve(block, Math.Max(length, blockSize));
        _tail.AsSpan(0, _tailLength).CopyTo(block.Buffer.AsSpan(First));
        while (true)
        {
            // A full buffer is given away as far as elements are complete; if none is, it has to grow.
            if (Scan(block, length) || (length > blockSize && CutAtLastElement(block)))
            {
                Keep(block.Buffer.AsSpan(0, length));
                block.Buffer[block.Start + block.Length - 1] = (byte)']';
                return true;
            }

            if (_ended)
            {
                return Finish(block, length);
            }

            Reserve(block, length > blockSize ? 2 * length : blockSize);
            length += Read(block.Buffer.AsSpan(length..^Behind));
        }
    }

    private int Read(Span<byte> target)
    {
        int read = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        _ended = read < target.Length;
        if (!_started)
        {
            _started = true;
            _pending = _scanned = First + (target[..read].StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0);
        }

        return read;
    }

    private static void Reserve(JsonBlock block, int length)
    {
        if (block.Buffer.Length <= length + Behind)
        {
            byte[] larger = new byte[First + length + Behind];
            block.Buffer.CopyTo(larger, 0);
            block.Buffer = larger;
        }
    }

    /// <summary>Keeps what follows a block for the next one.</summary>
    private void Keep(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> rest = text[_pending..];
        if (_tail.Length < rest.Length)
        {
            _tail = new byte[Math.Max(rest.Length, blockSize)];
        }

        rest.CopyTo(_tail);
        _tailLength = rest.Length;
        int moved = _pending - First;
        _scanned -= moved;
        _escaped -= moved;
        _stringStart -= moved;
        _lastEnd -= moved;
        _pending = First;
    }

    /// <summary>The end of the file: what is left are the root's last brackets. Without blocks of its own, a file may be wholly skeleton.</summary>
    private bool Finish(JsonBlock block, int length)
    {
        if (_depth != 0 || _inString)
        {
            throw new JsonException("the text ends too early");
        }

        _skeleton.Write(block.Buffer.AsSpan(_pending..length));
        _tailLength = 0;
        _pending = _scanned = First;
        return false;
    }

    /// <summary>Walks over the text up to its end, or to the end of a list that has elements to give; true in the second case.</summary>
    private bool Scan(JsonBlock block, int length)
    {
        ReadOnlySpan<byte> text = block.Buffer.AsSpan(0, length);
        while (_scanned < length)
        {
            uint marks = Marks(text[_scanned..], out int width);
            int origin = _scanned;
            while (marks != 0)
            {
                int at = origin + BitOperations.TrailingZeroCount(marks);
                marks &= marks - 1;
                if (Step(block, text, at))
                {
                    _scanned = at; // the list's closing bracket is not passed yet
                    return true;
                }
            }

            _scanned = origin + width;
        }

        return false;
    }

    /// <summary>One bit for each byte that matters, among as many as are looked at in one step.</summary>
    private static uint Marks(ReadOnlySpan<byte> text, out int width)
    {
        if (text.Length >= Vector256<byte>.Count)
        {
            width = Vector256<byte>.Count;
            Vector256<byte> bytes = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(text));
            Vector256<byte> folded = bytes | Vector256.Create((byte)0x20); // '[' and '{' differ in this bit, and so do ']' and '}'
            return (Vector256.Equals(folded, Vector256.Create((byte)'{')) | Vector256.Equals(folded, Vector256.Create((byte)'}'))
                | Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\')))
                .ExtractMostSignificantBits();
        }

        width = Math.Min(text.Length, 32);
        uint marks = 0;
        for (int i = 0; i < width; i++)
        {
            marks |= text[i] is (byte)'{' or (byte)'}' or (byte)'[' or (byte)']' or (byte)'"' or (byte)'\\' ? 1u << i : 0;
        }

        return marks;
    }

    /// <summary>Looks at one bracket, quote or backslash; true at the end of a list whose elements are now the block.</summary>
    private bool Step(JsonBlock block, ReadOnlySpan<byte> text, int at)
    {
        byte value = text[at];
        if (_inString)
        {
            if (at == _escaped)
            {
                return false;
            }

            _inString = value != '"';
            if (value == '\\')
            {
                _escaped = at + 1;
            }
            else if (value == '"' && _depth == 1)
            {
                _list = _rootIsObject ? Encoding.UTF8.GetString(text[_stringStart..at]) : null;
            }

            return false;
        }

        switch (value)
        {
            case (byte)'"':
                _inString = true;
                _stringStart = at + 1;
                return false;
            case (byte)'\\':
                return false; // not JSON: left to whoever reads it
            case (byte)'{':
                Open();
                _rootIsObject |= _depth == 1;
                return false;
            case (byte)'[':
                Open();
                if (_listDepth == 0 && _depth == (_rootIsObject ? 2 : 1))
                {
                    _listDepth = _depth;
                    _elements = _elementsInBlocks = 0;
                    _skeleton.Write(text[_pending..(at + 1)]);
                    _pending = _lastEnd = at + 1;
                }

                return false;
            default:
                _rootEnded |= --_depth <= 0;
                if (_listDepth == 0)
                {
                    return false;
                }

                if (_depth == _listDepth)
                {
                    _elements++;
                    _lastEnd = at + 1;
                }
                else if (_depth < _listDepth)
                {
                    if (!IsBlank(text[_pending..at]))
                    {
                        (_depth, _rootEnded) = (_depth + 1, false); // the bracket is looked at again once the block is given away
                        Cut(block, at);
                        return true;
                    }

                    _listDepth = 0;
                    _pending = at;
                }

                return false;
        }
    }

    private void Open()
    {
        if (_rootEnded)
        {
            throw new JsonException("something follows the end");
        }

        _depth++;
    }

    private bool CutAtLastElement(JsonBlock block)
    {
        if (_listDepth == 0 || _elements == _elementsInBlocks)
        {
            return false;
        }

        Cut(block, _lastEnd);
        return true;
    }

    /// <summary>Makes a block of what lies between <c>_pending</c> and <paramref name="end"/>, with brackets around it.</summary>
    private void Cut(JsonBlock block, int end)
    {
        Span<byte> text = block.Buffer;
        int start = _pending;
        if (_elementsInBlocks > 0)
        {
            // The comma behind the last block becomes the bracket, and something must follow it.
            start += text[start..end].IndexOfAnyExcept(Blank);
            if (text[start] != ',' || IsBlank(text[(start + 1)..end]))
            {
                throw new JsonException("a list's elements are not parted by commas");
            }

            start++;
        }

        block.List = _list;
        block.Number = _blocks++;
        block.FirstElement = _elementsInBlocks;
        block.Start = start - 1;
        block.Length = end + 1 - block.Start;
        _elementsInBlocks = _elements;
        _pending = end; // the bracket behind the elements waits until what stands there is kept
        text[start - 1] = (byte)'[';
    }

    private static ReadOnlySpan<byte> Blank => " \t\r\n"u8;

    private static bool IsBlank(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(Blank);
}
