using System.Buffers.Binary;
using System.Text;
using static Panoptes.Cli.Tests.Packaging.NativeFile;

namespace Panoptes.Cli.Tests.Packaging;

/// <summary>A dylib's trie of exports and the libraries that it loads (Mach-O, 64 bits).</summary>
internal static class MachOReader
{
    private const int Arm64 = 0x0100000C;
    private const uint InfoOnly = 0x80000022;
    private const uint ExportsTrie = 0x80000033;

    public static NativeFile Read(ReadOnlySpan<byte> file)
    {
        HashSet<string> exports = [];
        List<string> needs = [];
        ReadOnlySpan<byte> command = file[32..];
        for (int left = I32(file, 16); left > 0; left--, command = command[I32(command, 4)..])
        {
            switch ((uint)I32(command, 0))
            {
                case 0xC or 0x80000018 or 0x8000001F: // a library, a weak one, one whose exports pass for its own
                    needs.Add(Text(command[I32(command, 8)..]));
                    break;
                case InfoOnly:
                    AddExports(file.Slice(I32(command, 40), I32(command, 44)), exports);
                    break;
                case ExportsTrie:
                    AddExports(file.Slice(I32(command, 8), I32(command, 12)), exports);
                    break;
            }
        }

        return new NativeFile(exports, needs);
    }

    /// <summary>The part of a universal file that is for Arm64.</summary>
    public static ReadOnlySpan<byte> Arm64Part(ReadOnlySpan<byte> file)
    {
        for (int i = 0; i < BinaryPrimitives.ReadInt32BigEndian(file[4..]); i++)
        {
            ReadOnlySpan<byte> part = file[(8 + (20 * i))..];
            if (BinaryPrimitives.ReadInt32BigEndian(part) == Arm64)
                return file.Slice(BinaryPrimitives.ReadInt32BigEndian(part[8..]), BinaryPrimitives.ReadInt32BigEndian(part[12..]));
        }

        throw new InvalidDataException("The universal library has no part for Arm64.");
    }

    private static void AddExports(ReadOnlySpan<byte> trie, HashSet<string> exports)
    {
        if (!trie.IsEmpty) AddNode(trie, 0, [], exports);
    }

    private static void AddNode(ReadOnlySpan<byte> trie, int offset, byte[] prefix, HashSet<string> exports)
    {
        int at = offset;
        int length = Number(trie, ref at);
        // C names begin with an underscore on macOS.
        if (length > 0) exports.Add(Encoding.UTF8.GetString(prefix.AsSpan(prefix is [(byte)'_', ..] ? 1 : 0)));
        at += length;
        int children = trie[at++];
        for (int i = 0; i < children; i++)
        {
            ReadOnlySpan<byte> edge = trie[at..];
            edge = edge[..edge.IndexOf((byte)0)];
            at += edge.Length + 1;
            AddNode(trie, Number(trie, ref at), [.. prefix, .. edge], exports);
        }
    }

    private static int Number(ReadOnlySpan<byte> trie, ref int at)
    {
        int value = 0, shift = 0;
        while (true)
        {
            byte part = trie[at++];
            value |= (part & 0x7F) << shift;
            if (part < 0x80) return value;
            shift += 7;
        }
    }
}
