using System.Buffers.Binary;
using System.Collections.Frozen;
using System.IO.Compression;

namespace Panoptes.Imaging.Drawing;

/// <summary>
/// DejaVu Sans at one size: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic (joined forms), Georgian and signs, rasterized beforehand by
/// eng/make-glyphs.py into an embedded resource.
/// </summary>
internal sealed class GlyphFace
{
    private const string Resource = "Panoptes.Imaging.Drawing.DejaVuSans.glyphs";
    private const char Missing = '\0';

    private static readonly Lazy<GlyphFace[]> s_faces = new(ReadAll);

    private readonly FrozenDictionary<char, Glyph> _glyphs;

    private GlyphFace(int size, int ascent, int descent, FrozenDictionary<char, Glyph> glyphs)
    {
        Size = size;
        LineHeight = ascent + descent;
        _glyphs = glyphs;
    }

    /// <summary>Pixels of an em.</summary>
    public int Size { get; }

    /// <summary>Pixels from the top of a line to its bottom.</summary>
    public int LineHeight { get; }

    /// <summary>The glyph of a character; a box for one that the font has no.</summary>
    public Glyph this[char character] => _glyphs.TryGetValue(character, out Glyph? glyph) ? glyph : _glyphs[Missing];

    /// <summary>Whether the font has all characters of a text that is shaped.</summary>
    public bool Has(ReadOnlySpan<char> shaped)
    {
        foreach (char character in shaped)
        {
            if (!_glyphs.ContainsKey(character))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The largest face that is no larger than wanted, or the smallest of all.</summary>
    public static GlyphFace Fitting(int size) => s_faces.Value.LastOrDefault(f => f.Size <= size) ?? s_faces.Value[0];

    /// <summary>The width of a text that is shaped, in pixels.</summary>
    public int Measure(ReadOnlySpan<char> text)
    {
        int width = 0;
        foreach (char character in text)
            width += this[character].Advance;
        return width;
    }

    private static GlyphFace[] ReadAll()
    {
        using Stream resource = typeof(GlyphFace).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing from the assembly.");
        using ZLibStream inflated = new(resource, CompressionMode.Decompress);
        using MemoryStream memory = new();
        inflated.CopyTo(memory);
        ReadOnlySpan<byte> data = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        GlyphFace[] faces = new GlyphFace[data[0]];
        data = data[1..];
        for (int i = 0; i < faces.Length; i++)
            faces[i] = Read(ref data);
        return faces;
    }

    private static GlyphFace Read(ref ReadOnlySpan<byte> data)
    {
        int size = data[0], ascent = data[1], descent = data[2];
        int count = BinaryPrimitives.ReadUInt16LittleEndian(data[3..]);
        data = data[5..];
        Dictionary<char, Glyph> glyphs = new(count);
        for (int i = 0; i < count; i++)
        {
            char character = (char)BinaryPrimitives.ReadUInt16LittleEndian(data);
            int width = data[5], height = data[6];
            byte[] coverage = new byte[width * height];
            for (int p = 0; p < coverage.Length; p++)
                coverage[p] = (byte)((data[7 + (p / 2)] >> (4 * (p & 1))) & 15);
            glyphs.Add(character, new Glyph(data[2], (sbyte)data[3], (sbyte)data[4], width, height, coverage));
            data = data[(7 + ((coverage.Length + 1) / 2))..];
        }

        return new GlyphFace(size, ascent, descent, glyphs.ToFrozenDictionary());
    }
}
