using System.Buffers;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>
/// Cuts a JSON file into blocks of whole list elements, so that several threads can read one file and none has to hold it. Cut are
/// the root, where it is a list, or the lists in a root object. To find an element's end only brackets, quotes and backslashes are looked
/// at, 64 bytes at once; what lies between them is for anyone who reads the blocks.
/// </summary>
/// <remarks>Everything outside of the blocks remains as <see cref="Skeleton"/>: valid JSON exactly when that part of the file is.</remarks>
internal sealed class JsonBlockSource(Stream stream, int blockSize = JsonBlockSource.DefaultBlockSize)
{
    /// <summary>Bytes of a block, unless one element is longer.</summary>
    public const int DefaultBlockSize = 1 << 20;

    // Bytes in front of a buffer's text and behind it, for the brackets.
    private const int First = 1;
    private const int Behind = 1;
    private const int MostBytes = 1 << 30;

    private readonly ArrayBufferWriter<byte> _skeleton = new();
    private byte[] _tail = []; // what was read and is not given away yet
    private int _tailLength;
    private bool _started;
    private bool _ended;
    private int _blocks;

    // The state of the walk over the text. Positions count from the buffer's start and move with its content.
    private int _scanned;
    private bool _inString;
    private bool _escaped; // whether the next byte follows a backslash
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

            if (length >= MostBytes)
            {
                throw InputException.InContent(_list, "an element is larger than a GiB.", InputErrorKind.TooLarge);
            }

            Reserve(block, length > blockSize ? Math.Min(2 * length, MostBytes) : blockSize);
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
        _stringStart -= moved;
        _lastEnd -= moved;
        _pending = First;
    }

    /// <summary>
    /// The end of the file: what is left are the root's last brackets. Without blocks of its own, a file may be wholly skeleton.
    /// </summary>
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
            JsonMarks marks = JsonMarks.Of(text[_scanned..], ref _inString, ref _escaped);
            int closed = BitOperations.PopCount(marks.Closing);
            if (_listDepth > 0 && _depth - closed > _listDepth)
            {
                // No element can end here, however the brackets follow one another.
                _depth += BitOperations.PopCount(marks.Opening) - closed;
            }
            else if (StepThrough(block, text, marks))
            {
                return true;
            }

            _scanned += marks.Length;
        }

        return false;
    }

    private bool StepThrough(JsonBlock block, ReadOnlySpan<byte> text, in JsonMarks marks)
    {
        ulong rest = ulong.MaxValue;
        while (true)
        {
            // Strings matter outside of lists only: the last before a list is its name.
            ulong brackets = marks.Opening | marks.Closing;
            ulong next = (_listDepth > 0 ? brackets : brackets | marks.Quotes) & rest;
            if (next == 0)
            {
                return false;
            }

            int bit = BitOperations.TrailingZeroCount(next);
            rest = ulong.MaxValue << bit << 1;
            int at = _scanned + bit;
            if ((marks.Quotes >> bit & 1) != 0)
            {
                EnterOrLeaveString(text, at, enters: (marks.InString >> bit & 1) != 0);
            }
            else if (Step(block, text, at))
            {
                // The list's closing bracket is not passed yet, and stands in no string.
                _scanned = at;
                (_inString, _escaped) = (false, false);
                return true;
            }
        }
    }

    private void EnterOrLeaveString(ReadOnlySpan<byte> text, int at, bool enters)
    {
        if (enters)
        {
            _stringStart = at + 1;
        }
        else if (_depth == 1)
        {
            _list = _rootIsObject ? Encoding.UTF8.GetString(text[_stringStart..at]) : null;
        }
    }

    /// <summary>Looks at one bracket; true at the end of a list whose elements are now the block.</summary>
    private bool Step(JsonBlock block, ReadOnlySpan<byte> text, int at)
    {
        switch (text[at])
        {
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
            throw new JsonException("there is more text after the end");
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
            while (IsBlank(text.Slice(start, 1)))
            {
                start++;
            }

            if (text[start] != ',' || IsBlank(text[(start + 1)..end]))
            {
                throw new JsonException("a list's elements are not separated by commas");
            }

            start++;
        }

        block.List = _list;
        block.Number = _blocks++;
        block.FirstElement = _elementsInBlocks;
        block.Elements = _elements - _elementsInBlocks;
        block.Start = start - 1;
        block.Length = end + 1 - block.Start;
        _elementsInBlocks = _elements;
        _pending = end; // the bracket behind the elements waits until what stands there is kept
        text[start - 1] = (byte)'[';
    }

    private static bool IsBlank(ReadOnlySpan<byte> text)
    {
        foreach (byte character in text)
        {
            if (character is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return false;
            }
        }

        return true;
    }
}
