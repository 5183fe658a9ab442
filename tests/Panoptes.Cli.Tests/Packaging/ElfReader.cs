using static Panoptes.Cli.Tests.Packaging.NativeFile;

namespace Panoptes.Cli.Tests.Packaging;

/// <summary>A shared object's dynamic symbols and needed libraries (ELF, 64 bits, little-endian).</summary>
internal static class ElfReader
{
    private const int Dynamic = 6;
    private const int DynamicSymbols = 11;
    private const int Needed = 1;

    public static NativeFile Read(ReadOnlySpan<byte> file)
    {
        HashSet<string> exports = [];
        List<string> needs = [];
        int headers = I64(file, 40), size = U16(file, 58), count = U16(file, 60);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = file[(headers + (size * i))..];
            int kind = I32(header, 4);
            if (kind is not (Dynamic or DynamicSymbols)) continue;
            ReadOnlySpan<byte> content = file.Slice(I64(header, 24), I64(header, 32));
            ReadOnlySpan<byte> names = file[I64(file[(headers + (size * I32(header, 40)))..], 24)..];
            if (kind == Dynamic) AddNeeds(content, names, needs);
            else AddExports(content, names, exports);
        }

        return new NativeFile(exports, needs);
    }

    private static void AddNeeds(ReadOnlySpan<byte> entries, ReadOnlySpan<byte> names, List<string> needs)
    {
        for (; entries.Length >= 16; entries = entries[16..])
        {
            if (I32(entries, 0) == Needed) needs.Add(Text(names[I64(entries, 8)..]));
        }
    }

    private static void AddExports(ReadOnlySpan<byte> symbols, ReadOnlySpan<byte> names, HashSet<string> exports)
    {
        for (; symbols.Length >= 24; symbols = symbols[24..])
        {
            bool isDefined = U16(symbols, 6) != 0, isLocal = symbols[4] >> 4 == 0, isHidden = (symbols[5] & 3) is 1 or 2;
            if (isDefined && !isLocal && !isHidden) exports.Add(Text(names[I32(symbols, 0)..]));
        }
    }
}
