using System.Buffers.Binary;
using System.Text;

namespace Panoptes.Cli.Tests.Packaging;

/// <summary>What a native library of any system offers and needs.</summary>
/// <param name="Exports">The names that it exports, as a C program spells them.</param>
/// <param name="Needs">The libraries that it is linked with.</param>
internal sealed record NativeFile(IReadOnlySet<string> Exports, IReadOnlyList<string> Needs)
{
    /// <summary>Reads a library of Windows, Linux or macOS.</summary>
    public static NativeFile Read(string path)
    {
        using MappedFile file = new(path);
        return BinaryPrimitives.ReadUInt32BigEndian(file.Bytes) switch
        {
            0x7F454C46 => ElfReader.Read(file.Bytes),
            0xCFFAEDFE => MachOReader.Read(file.Bytes),
            0xCAFEBABE => MachOReader.Read(MachOReader.Arm64Part(file.Bytes)),
            uint magic when magic >> 16 == 0x4D5A => PeReader.Read(file.Bytes),
            uint magic => throw new InvalidDataException($"{path}: unknown format {magic:x8}."),
        };
    }

    internal static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)0)]);

    internal static ushort U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);

    internal static int I32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadInt32LittleEndian(bytes[offset..]);

    internal static int I64(ReadOnlySpan<byte> bytes, int offset) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes[offset..]));
}
