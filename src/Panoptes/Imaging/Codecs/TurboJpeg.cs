using System.Runtime.InteropServices;
using System.Text;

namespace Panoptes.Imaging.Codecs;

/// <summary>The part of the TurboJPEG 2.x API that Panoptes uses (turbojpeg.h).</summary>
internal static unsafe partial class TurboJpeg
{
    // Pixel formats (TJPF), flags (TJFLAG), chroma subsampling (TJSAMP) and error codes (TJERR).
    public const int FormatRgb = 0;
    public const int FormatCmyk = 11;
    public const int FlagAccurateDct = 4096;
    public const int FlagLimitScans = 32768;
    public const int Subsampling444 = 0;
    public const int Subsampling420 = 2;
    public const int ErrorWarning = 0;

    static TurboJpeg() => NativeLibraries.Register();

    [LibraryImport(NativeLibraries.TurboJpeg, EntryPoint = "tjInitDecompress")]
    public static partial nint InitDecompress();

    [LibraryImport(NativeLibraries.TurboJpeg, EntryPoint = "tjInitCompress")]
    public static partial nint InitCompress();

    [LibraryImport(NativeLibraries.TurboJpeg, EntryPoint = "tjDestroy")]
    public static partial int Destroy(nint handle);

    [LibraryImport(NativeLibraries.TurboJpeg, EntryPoint = "tjFree")]
    public static partial void Free(byte* buffer);

    [LibraryImport(NativeLibraries.TurboJpeg, EntryPoint = "tjGetErrorStr2")]
    public static partial byte* GetErrorString(nint handle);

    [LibraryImport(NativeLibraries.TurboJpeg, EntryPoint = "tjGetErrorCode")]
    public static partial int GetErrorCode(nint handle);

    [LibraryImport(NativeLibraries.TurboJpeg, EntryPoint = "tjDecompress2")]
    public static partial int Decompress(
        nint handle, byte* jpeg, CULong jpegSize, byte* pixels, int width, int pitch, int height, int pixelFormat, int flags);

    [LibraryImport(NativeLibraries.TurboJpeg, EntryPoint = "tjCompress2")]
    public static partial int Compress(
        nint handle, byte* pixels, int width, int pitch, int height, int pixelFormat, byte** jpeg, CULong* jpegSize,
        int subsampling, int quality, int flags);

    /// <summary>The message of the last error or warning of a handle.</summary>
    public static string LastMessage(nint handle) =>
        Marshal.PtrToStringUTF8((nint)GetErrorString(handle)) is { Length: > 0 } text ? text : "unknown error";

    /// <summary>
    /// The library's version, for example 2.1.5; null where it cannot be told. The API has no call for it, but the text stands in the
    /// library's file among its messages.
    /// </summary>
    public static string? Version(string path)
    {
        if (!File.Exists(path))
            return null;
        ReadOnlySpan<byte> data = File.ReadAllBytes(path);
        int start = data.IndexOf("libjpeg-turbo version "u8);
        if (start < 0)
            return null;
        ReadOnlySpan<byte> version = data[(start + "libjpeg-turbo version ".Length)..];
        int length = 0;
        while (length < version.Length && (char.IsAsciiDigit((char)version[length]) || version[length] == '.'))
            length++;
        return length > 0 ? Encoding.ASCII.GetString(version[..length]) : null;
    }
}
