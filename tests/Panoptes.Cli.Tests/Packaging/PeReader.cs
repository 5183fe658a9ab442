using static Panoptes.Cli.Tests.Packaging.NativeFile;

namespace Panoptes.Cli.Tests.Packaging;

/// <summary>A DLL's export, import and delayed import tables (Microsoft's PE format, 64 bits).</summary>
internal static class PeReader
{
    private const int ImportSize = 20;
    private const int DelayedImportSize = 32;

    public static NativeFile Read(ReadOnlySpan<byte> file)
    {
        int coff = I32(file, 0x3C) + 4;
        int optional = coff + 20;
        if (U16(file, optional) != 0x20B) throw new InvalidDataException("The DLL is not one of 64 bits.");
        int sections = optional + U16(file, coff + 16);
        Table table = new(file, optional + 112, sections, U16(file, coff + 2));
        return new NativeFile(Exports(table), [.. Imports(table, 1, ImportSize, 12), .. Imports(table, 13, DelayedImportSize, 4)]);
    }

    private static HashSet<string> Exports(Table table)
    {
        HashSet<string> names = [];
        ReadOnlySpan<byte> directory = table.Directory(0);
        if (directory.IsEmpty) return names;
        ReadOnlySpan<byte> addresses = table.At(I32(directory, 32));
        int count = I32(directory, 24);
        for (int i = 0; i < count; i++) names.Add(Text(table.At(I32(addresses, 4 * i))));
        return names;
    }

    private static List<string> Imports(Table table, int index, int size, int nameOffset)
    {
        List<string> names = [];
        ReadOnlySpan<byte> directory = table.Directory(index);
        for (; !directory.IsEmpty && I32(directory, nameOffset) != 0; directory = directory[size..])
            names.Add(Text(table.At(I32(directory, nameOffset))));
        return names;
    }

    /// <summary>Finds what addresses in memory stand for in the file.</summary>
    private readonly ref struct Table(ReadOnlySpan<byte> file, int directories, int sections, int sectionCount)
    {
        private readonly ReadOnlySpan<byte> _file = file;

        public ReadOnlySpan<byte> Directory(int index)
        {
            int address = I32(_file, directories + (8 * index));
            return address == 0 ? default : At(address);
        }

        public ReadOnlySpan<byte> At(int address)
        {
            for (int i = 0; i < sectionCount; i++)
            {
                ReadOnlySpan<byte> section = _file[(sections + (40 * i))..];
                int start = I32(section, 12);
                if (address >= start && address - start < Math.Max(I32(section, 8), I32(section, 16)))
                    return _file[(I32(section, 20) + address - start)..];
            }

            throw new InvalidDataException($"No section holds the address {address:x}.");
        }
    }
}
