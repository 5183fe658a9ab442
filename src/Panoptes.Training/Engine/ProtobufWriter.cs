using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Panoptes.Training.Engine;

/// <summary>Writes the fields of a protocol buffer message (protobuf.dev/programming-guides/encoding).</summary>
internal sealed class ProtobufWriter
{
    private const uint VarintType = 0;
    private const uint Fixed64Type = 1;
    private const uint LengthType = 2;
    private const uint Fixed32Type = 5;

    private readonly ArrayBufferWriter<byte> buffer = new();

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    public void Integer(int field, long value)
    {
        Key(field, VarintType);
        Varint((ulong)value);
    }

    public void Double(int field, double value)
    {
        Key(field, Fixed64Type);
        BinaryPrimitives.WriteDoubleLittleEndian(buffer.GetSpan(sizeof(double)), value);
        buffer.Advance(sizeof(double));
    }

    public void Float(int field, float value)
    {
        Key(field, Fixed32Type);
        BinaryPrimitives.WriteSingleLittleEndian(buffer.GetSpan(sizeof(float)), value);
        buffer.Advance(sizeof(float));
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Message(int field, ProtobufWriter message) => Bytes(field, message.Written);

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Key(field, LengthType);
        Varint((ulong)value.Length);
        buffer.Write(value);
    }

    private void Key(int field, uint type) => Varint(((ulong)field << 3) | type);

    private void Varint(ulong value)
    {
        Span<byte> bytes = buffer.GetSpan(10);
        int count = 0;
        for (; value >= 0x80; value >>= 7) bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        buffer.Advance(count);
    }
}
