using System.Buffers.Binary;
using System.Text;

namespace Panoptes.Tests.Imaging;

/// <summary>Writes TIFFs of one gray pixel with the tags that a test wants, right or wrong.</summary>
internal sealed class TiffBuilder(bool little = true, bool big = false)
{
    private readonly SortedDictionary<ushort, (ushort Type, ulong Count, byte[] Values)> _tags = [];

    public static TiffBuilder Image(bool little = true, bool big = false)
    {
        TiffBuilder tiff = new(little, big);
        (ushort Tag, ushort Value)[] pixel = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (277, 1), (278, 1), (279, 1)];
        foreach ((ushort tag, ushort value) in pixel) tiff.Shorts(tag, value);
        return tiff;
    }

    public TiffBuilder Shorts(ushort tag, params ushort[] values) =>
        Raw(tag, 3, (ulong)values.Length, [.. values.SelectMany(v => Bytes(v, 2))]);

    public TiffBuilder Doubles(ushort tag, params double[] values) =>
        Raw(tag, 12, (ulong)values.Length, [.. values.SelectMany(v => Bytes(BitConverter.DoubleToUInt64Bits(v), 8))]);

    public TiffBuilder Text(ushort tag, string value) => Raw(tag, 2, (ulong)value.Length + 1, Encoding.ASCII.GetBytes(value + "\0"));

    public TiffBuilder Raw(ushort tag, ushort type, ulong count, byte[] values)
    {
        _tags[tag] = (type, count, values);
        return this;
    }

    public byte[] Build()
    {
        int inline = big ? 8 : 4;
        List<byte> file = [.. little ? "II"u8 : "MM"u8, .. Bytes(big ? 43u : 42u, 2)];
        if (big) file.AddRange([.. Bytes(8, 2), .. Bytes(0, 2)]);
        int place = file.Count; // of the directory's offset
        file.AddRange(Bytes(0, inline));
        byte[] pixel = [200];
        int pixelAt = file.Count;
        file.AddRange([.. pixel, 0]);
        _tags[273] = (4, 1, Bytes((ulong)pixelAt, 4));
        Dictionary<ushort, int> offsets = [];
        foreach ((ushort tag, (_, _, byte[] values)) in _tags)
        {
            offsets[tag] = file.Count;
            if (values.Length > inline) file.AddRange(values);
            if (file.Count % 2 == 1) file.Add(0);
        }

        byte[] start = Bytes((ulong)file.Count, inline);
        for (int i = 0; i < start.Length; i++) file[place + i] = start[i];
        file.AddRange(Bytes((ulong)_tags.Count, big ? 8 : 2));
        foreach ((ushort tag, (ushort type, ulong count, byte[] values)) in _tags)
        {
            file.AddRange([.. Bytes(tag, 2), .. Bytes(type, 2), .. Bytes(count, big ? 8 : 4)]);
            byte[] value = values.Length > inline ? Bytes((ulong)offsets[tag], inline) : values;
            file.AddRange([.. value, .. new byte[inline - value.Length]]);
        }

        file.AddRange(Bytes(0, inline));
        return [.. file];
    }

    private byte[] Bytes(ulong value, int count)
    {
        byte[] bytes = new byte[8];
        if (little) BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        else BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return little ? bytes[..count] : bytes[^count..];
    }
}
