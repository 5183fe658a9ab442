using System.Text;

namespace Panoptes.Training.Tests.Engine;

/// <summary>
/// Reads TensorBoard's events files, written from the format's description alone: records with bitwise CRC-32C, messages as
/// nested lists of fields.
/// </summary>
internal static class TfEventsReader
{
    /// <summary>A field: a number (varint), 4 or 8 raw bytes, or the bytes of a string or message.</summary>
    internal sealed record Field(int Number, ulong Varint, byte[] Bytes)
    {
        public string Text => Encoding.UTF8.GetString(Bytes);

        public float Float => BitConverter.ToSingle(Bytes);

        public double Double => BitConverter.ToDouble(Bytes);

        public List<Field> Message => Fields(Bytes);
    }

    public static List<List<Field>> ReadEvents(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        List<List<Field>> events = [];
        int at = 0;
        while (at < file.Length)
        {
            int length = checked((int)BitConverter.ToUInt64(file, at));
            Assert.Equal(Mask(Crc32C(file[at..(at + 8)])), BitConverter.ToUInt32(file, at + 8));
            byte[] data = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(Mask(Crc32C(data)), BitConverter.ToUInt32(file, at + 12 + length));
            events.Add(Fields(data));
            at += 16 + length;
        }
        return events;
    }

    public static uint Mask(uint crc) => unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);

    /// <summary>Bit by bit, with the reflected polynomial 0x82F63B78.</summary>
    public static uint Crc32C(byte[] data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        return crc ^ 0xFFFFFFFF;
    }

    private static List<Field> Fields(byte[] data)
    {
        List<Field> fields = [];
        int at = 0;
        while (at < data.Length)
        {
            ulong key = Varint(data, ref at);
            int number = (int)(key >> 3);
            int size = (key & 7) switch { 1 => 8, 5 => 4, 2 => (int)Varint(data, ref at), 0 => -1, _ => throw new InvalidDataException() };
            if (size < 0)
            {
                fields.Add(new Field(number, Varint(data, ref at), []));
                continue;
            }
            fields.Add(new Field(number, 0, data[at..(at + size)]));
            at += size;
        }
        return fields;
    }

    private static ulong Varint(byte[] data, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte b = data[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
    }
}
