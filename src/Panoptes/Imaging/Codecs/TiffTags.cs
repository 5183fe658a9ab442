using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Panoptes.Imaging.Codecs;

/// <summary>
/// The tags of a TIFF's first image (TIFF 6.0, section 2, and BigTIFF), for what libvips does not pass on. Values are read when they are
/// asked for, and only up to a limit.
/// </summary>
internal sealed class TiffTags : IDisposable
{
    private const int MostEntries = 4096;
    private const ushort Ascii = 2, Short = 3, Double = 12;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly long _length;
    private readonly bool _little;
    private readonly bool _big;
    private readonly Dictionary<ushort, Entry> _entries = [];

    private TiffTags(string path, SafeFileHandle file, ReadOnlySpan<byte> header)
    {
        (_path, _file, _length) = (path, file, RandomAccess.GetLength(file));
        (_little, _big) = (header[0] == 'I', (header[0] == 'I' ? header[2] : header[3]) == 43);
        ReadEntries(_big ? ReadUInt64(header[8..]) : ReadUInt32(header[4..]));
    }

    /// <summary>Opens a file and lists its tags.</summary>
    /// <returns>Null where it is not a TIFF.</returns>
    /// <exception cref="InputException">It cannot be read, or the list is damaged.</exception>
    public static TiffTags? Open(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            if (ImageDecoder.ReadFormat(path) != ImageFormat.Tiff) return null;
            file = File.OpenHandle(path);
            byte[] header = new byte[16];
            int read = RandomAccess.Read(file, header, 0);
            return read < 8 ? throw Damaged(path, null, "it ends within its header") : new TiffTags(path, file, header);
        }
        catch (Exception e)
        {
            file?.Dispose();
            if (e is IOException or UnauthorizedAccessException)
                throw new InputException(InputErrorKind.Unreadable, path, null, $"the file cannot be read ({e.Message}).", e);
            throw;
        }
    }

    /// <summary>Whether a tag is there.</summary>
    public bool Has(ushort tag) => _entries.ContainsKey(tag);

    /// <summary>The values of a tag of doubles; null where it is missing.</summary>
    /// <exception cref="InputException">It has another type, more values than are allowed, or lies outside of the file.</exception>
    public double[]? Doubles(ushort tag, int most) => Values(tag, Double, sizeof(double), most) is not { } bytes ? null
        : [.. bytes.Chunk(sizeof(double)).Select(b => BitConverter.UInt64BitsToDouble(ReadUInt64(b)))];

    /// <summary>The values of a tag of 16-bit integers; null where it is missing.</summary>
    /// <inheritdoc cref="Doubles"/>
    public ushort[]? Shorts(ushort tag, int most) => Values(tag, Short, sizeof(ushort), most) is not { } bytes ? null
        : [.. bytes.Chunk(sizeof(ushort)).Select(b => ReadUInt16(b))];

    /// <summary>The value of a tag of text; null where it is missing.</summary>
    /// <inheritdoc cref="Doubles"/>
    public string? Text(ushort tag, int most) =>
        Values(tag, Ascii, 1, most) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The error of a tag that is wrong.</summary>
    public InputException Damaged(ushort tag, string why) => Damaged(_path, tag, why);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static InputException Damaged(string path, ushort? tag, string why) =>
        new(InputErrorKind.Damaged, path, tag is null ? null : $"TIFF tag {tag}", $"{why}.");

    private void ReadEntries(ulong at)
    {
        (int countBytes, int entryBytes) = _big ? (8, 20) : (2, 12);
        byte[] number = ReadBytes(null, at, countBytes);
        ulong count = _big ? ReadUInt64(number) : ReadUInt16(number);
        if (count is 0 or > MostEntries)
            throw Damaged(_path, null, $"a TIFF's first image has {count} tags; 1 to {MostEntries} are allowed");
        byte[] entries = ReadBytes(null, at + (ulong)countBytes, (int)count * entryBytes);
        for (int i = 0; i < (int)count; i++)
        {
            ReadOnlySpan<byte> entry = entries.AsSpan(i * entryBytes, entryBytes);
            ulong values = _big ? ReadUInt64(entry[4..]) : ReadUInt32(entry[4..]);
            _entries.TryAdd(ReadUInt16(entry), new Entry(ReadUInt16(entry[2..]), values, entry[(_big ? 12 : 8)..].ToArray()));
        }
    }

    private byte[]? Values(ushort tag, ushort type, int size, int most)
    {
        if (!_entries.TryGetValue(tag, out Entry? entry)) return null;
        if (entry.Type != type) throw Damaged(tag, $"its type is {entry.Type}; {type} is allowed");
        if (entry.Count > (ulong)most) throw Damaged(tag, $"it has {entry.Count} values; up to {most} are allowed");
        int bytes = (int)entry.Count * size;
        if (bytes <= entry.Place.Length) return entry.Place[..bytes];
        return ReadBytes(tag, _big ? ReadUInt64(entry.Place) : ReadUInt32(entry.Place), bytes);
    }

    private byte[] ReadBytes(ushort? tag, ulong at, int count)
    {
        if (at > (ulong)_length || (ulong)count > (ulong)_length - at) throw Damaged(_path, tag, "it lies outside of the file");
        byte[] bytes = new byte[count];
        return RandomAccess.Read(_file, bytes, (long)at) == count ? bytes : throw Damaged(_path, tag, "the file ends within it");
    }

    private ushort ReadUInt16(ReadOnlySpan<byte> bytes) =>
        _little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private uint ReadUInt32(ReadOnlySpan<byte> bytes) =>
        _little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private ulong ReadUInt64(ReadOnlySpan<byte> bytes) =>
        _little ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);

    /// <summary>A tag: the type of its values, their number, and they themselves or where they stand.</summary>
    private sealed record Entry(ushort Type, ulong Count, byte[] Place);
}
