using System.Buffers.Binary;

namespace Panoptes.Inference;

/// <summary>Tells by its first bytes what a file is, for anyone who opens something that is not a model.</summary>
internal static class FileKind
{
    /// <summary>How many bytes at the beginning are enough to tell.</summary>
    public const int Length = 16;

    private static readonly (byte[] Signature, string Name)[] s_signatures =
    [
        ("PK\u0003\u0004"u8.ToArray(), "a ZIP archive, such as PyTorch's .pt and .pth files"),
        ([0x80, 0x02], "a Python pickle, such as PyTorch's older .pth files"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "a PNG image"),
        ([0xFF, 0xD8, 0xFF], "a JPEG image"),
        ("RIFF"u8.ToArray(), "a WebP image or another RIFF file"),
        ("%PDF"u8.ToArray(), "a PDF"),
        ([0x89, (byte)'H', (byte)'D', (byte)'F'], "an HDF5 file, such as Keras's .h5"),
        ([0x1F, 0x8B], "a gzip archive"),
        ("{"u8.ToArray(), "a JSON text"),
        ("["u8.ToArray(), "a JSON text"),
        ("<"u8.ToArray(), "an XML or HTML text"),
    ];

    /// <summary>Whether a file begins as a safetensors file does: the header's length, then a JSON object.</summary>
    public static bool IsSafetensors(ReadOnlySpan<byte> start) =>
        start.Length > 8 && start[8] == (byte)'{' && BinaryPrimitives.ReadUInt64LittleEndian(start) < int.MaxValue;

    /// <summary>
    /// Whether a file begins as ONNX's do: field 1 of a protobuf, the version of the format, as a number. The length of a safetensors
    /// header may begin so too.
    /// </summary>
    public static bool IsOnnx(ReadOnlySpan<byte> start) =>
        start.Length > 2 && start[0] == 8 && start[1] is > 0 and < 0x80 && !IsSafetensors(start);

    /// <summary>Names the kind of a file, for example <c>a PNG image</c>; null where the beginning tells none.</summary>
    public static string? Name(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty) return "an empty file";
        if (IsSafetensors(start)) return "a safetensors file";
        foreach ((byte[] signature, string name) in s_signatures)
        {
            if (start.StartsWith(signature)) return name;
        }

        if (IsOnnx(start)) return "an ONNX file";
        return start.ContainsAnyExceptInRange((byte)9, (byte)126) ? null : "a text";
    }

    /// <summary>Reads the beginning of a stream, and goes back to where it was.</summary>
    public static byte[] Peek(Stream stream)
    {
        long position = stream.Position;
        byte[] start = new byte[Length];
        int read = stream.ReadAtLeast(start, Length, throwOnEndOfStream: false);
        stream.Position = position;
        return start[..read];
    }
}
