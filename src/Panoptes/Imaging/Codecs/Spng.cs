using System.Runtime.InteropServices;

namespace Panoptes.Imaging.Codecs;

/// <summary>The part of the libspng 0.7 API that Panoptes uses (spng.h).</summary>
internal static unsafe partial class Spng
{
    public const int ContextEncoder = 2;
    public const int FormatRgb8 = 4;
    public const int FormatPng = 256;
    public const int EncodeFinalize = 2;
    public const int CrcError = 0;
    public const int CrcDiscard = 1;
    public const int OptionCompressionLevel = 2;
    public const int OptionEncodeToBuffer = 12;

    static Spng() => NativeLibraries.Register();

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_ctx_new")]
    public static partial nint NewContext(int flags);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_ctx_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_set_png_buffer")]
    public static partial int SetPngBuffer(nint context, byte* data, nuint size);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_get_png_buffer")]
    public static partial byte* GetPngBuffer(nint context, nuint* size, int* error);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_set_chunk_limits")]
    public static partial int SetChunkLimits(nint context, nuint chunkSize, nuint cacheSize);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_set_crc_action")]
    public static partial int SetCrcAction(nint context, int critical, int ancillary);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_set_option")]
    public static partial int SetOption(nint context, int option, int value);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_decoded_image_size")]
    public static partial int DecodedImageSize(nint context, int format, nuint* size);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_decode_image")]
    public static partial int DecodeImage(nint context, byte* pixels, nuint size, int format, int flags);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_encode_image")]
    public static partial int EncodeImage(nint context, byte* pixels, nuint size, int format, int flags);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_set_ihdr")]
    public static partial int SetHeader(nint context, Header* header);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_set_plte")]
    public static partial int SetPalette(nint context, PaletteChunk* palette);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_strerror")]
    private static partial byte* ErrorString(int error);

    [LibraryImport(NativeLibraries.Spng, EntryPoint = "spng_version_string")]
    private static partial byte* VersionString();

    /// <summary>What an error number means.</summary>
    public static string Message(int error) => Marshal.PtrToStringUTF8((nint)ErrorString(error)) ?? $"error {error}";

    /// <summary>The library's version, for example 0.7.3.</summary>
    public static string Version() => Marshal.PtrToStringUTF8((nint)VersionString()) ?? "unknown";

    /// <summary><c>struct spng_ihdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Header
    {
        public uint Width;
        public uint Height;
        public byte BitDepth;
        public byte ColorType;
        public byte CompressionMethod;
        public byte FilterMethod;
        public byte InterlaceMethod;
    }

    /// <summary><c>struct spng_plte</c>: entries of red, green, blue and a reserved byte.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PaletteChunk
    {
        public uint Count;
        public fixed byte Entries[256 * 4];
    }
}
