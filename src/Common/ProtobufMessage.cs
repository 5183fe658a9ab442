using System.Buffers.Binary;
using System.Text;

namespace Panoptes;

/// <summary>
/// One message of Protocol Buffers (protobuf.dev/programming-guides/encoding) in a file: its fields one after the other. A nested one must
/// be read to its end, or skipped, before the next.
/// </summary>
/// <param name="stream">The file, at the message's first field.</param>
/// <param name="end">Where the message ends, in bytes from the beginning of the file.</param>
internal sealed class ProtobufMessage(Stream stream, long end)
{
    private const int LongestText = 100_000_000;
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int LengthType = 2;
    private const int Fixed32Type = 5;

    private int _type;

    /// <summary>Whether the current field is a number of 1 to 10 bytes.</summary>
    public bool IsVarint => _type == VarintType;

    /// <summary>Whether the message has no more fields, or, of packed numbers, no more numbers.</summary>
    public bool IsAtEnd => stream.Position >= end;

    /// <summary>Where in the file the next byte is.</summary>
    public long Position => stream.Position;

    /// <summary>Bytes to the message's end.</summary>
    public long Remaining => end - stream.Position;

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next(out int field)
    {
        field = 0;
        if (IsAtEnd)
        {
            return false;
        }

        long tag = Varint();
        (field, _type) = ((int)(tag >> 3), (int)(tag & 7));
        return field > 0 ? true : throw new InvalidDataException("a field has no number");
    }

    /// <summary>The field's whole number.</summary>
    public long Integer() => IsVarint ? Varint() : throw new InvalidDataException("a number was expected");

    /// <summary>The field's number of four bytes.</summary>
    public float Single()
    {
        if (_type != Fixed32Type)
        {
            throw new InvalidDataException("a number of four bytes was expected");
        }

        Span<byte> bytes = stackalloc byte[sizeof(float)];
        stream.ReadExactly(bytes);
        return BinaryPrimitives.ReadSingleLittleEndian(bytes);
    }

    /// <summary>The field's message, or its packed numbers.</summary>
    public ProtobufMessage Nested()
    {
        long length = Length();
        return new ProtobufMessage(stream, stream.Position + length);
    }

    /// <summary>The field's text.</summary>
    public string Text()
    {
        long length = Length();
        if (length > LongestText)
        {
            throw new InvalidDataException($"a text of {length} bytes");
        }

        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
    }

    /// <summary>Goes past the field.</summary>
    public void Skip()
    {
        long length = _type switch
        {
            VarintType => SkipVarint(),
            Fixed64Type => sizeof(ulong),
            Fixed32Type => sizeof(uint),
            _ => Length(),
        };
        if (length > end - stream.Position)
        {
            throw new InvalidDataException("a field ends after the end of the file");
        }

        stream.Seek(length, SeekOrigin.Current);
    }

    /// <summary>Goes past what is left of the message.</summary>
    public void SkipRest() => stream.Seek(end, SeekOrigin.Begin);

    /// <summary>A number of 1 to 10 bytes: of packed numbers the next.</summary>
    public long Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int next = stream.ReadByte();
            if (next < 0)
            {
                throw new EndOfStreamException("it ends too early");
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)value;
            }
        }

        throw new InvalidDataException("a number is too long");
    }

    private long SkipVarint()
    {
        Varint();
        return 0;
    }

    private long Length()
    {
        if (_type != LengthType)
        {
            throw new InvalidDataException("a field of a length was expected");
        }

        long length = Varint();
        return length >= 0 && length <= end - stream.Position ? length : throw new InvalidDataException("a field ends after the end of the file");
    }
}
