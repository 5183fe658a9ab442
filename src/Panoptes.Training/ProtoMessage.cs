using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Panoptes.Training;

/// <summary>
/// A message in the encoding of Protocol Buffers (protobuf.dev/programming-guides/encoding), field by field: enough for ONNX files and
/// TensorBoard's events.
/// </summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The message so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Adds an integer.</summary>
    public ProtoMessage Add(int field, long value)
    {
        AddTag(field, Varint);
        AddVarint((ulong)value);
        return this;
    }

    /// <summary>Adds a number of 32 bits.</summary>
    public ProtoMessage Add(int field, float value)
    {
        AddTag(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
        return this;
    }

    /// <summary>Adds a number of 64 bits.</summary>
    public ProtoMessage Add(int field, double value)
    {
        AddTag(field, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
        return this;
    }

    /// <summary>Adds a text.</summary>
    public ProtoMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds a message within this one.</summary>
    public ProtoMessage Add(int field, ProtoMessage value) => Add(field, value.Bytes);

    /// <summary>Adds bytes.</summary>
    public ProtoMessage Add(int field, ReadOnlySpan<byte> value)
    {
        BeginBytes(field, value.Length);
        _bytes.Write(value);
        return this;
    }

    /// <summary>Adds another message's fields.</summary>
    public ProtoMessage Append(ProtoMessage other)
    {
        _bytes.Write(other.Bytes);
        return this;
    }

    /// <summary>Begins a field of bytes that are written behind this message.</summary>
    public ProtoMessage BeginBytes(int field, long length)
    {
        AddTag(field, LengthDelimited);
        AddVarint((ulong)length);
        return this;
    }

    private void AddTag(int field, int wireType) => AddVarint((ulong)((field << 3) | wireType));

    private void AddVarint(ulong value)
    {
        while (value > 0x7F)
        {
            AddByte((byte)(value | 0x80));
            value >>= 7;
        }

        AddByte((byte)value);
    }

    private void AddByte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}
