using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Panoptes.Imaging.Codecs;

/// <summary>The bytes of a file or a stream, in a borrowed buffer.</summary>
internal sealed class EncodedFile : IDisposable
{
    private const int StreamBlock = 64 * 1024;
    private const int FileBlock = 16 << 20; // a part of a second from any disk

    private byte[] _buffer;
    private int _length;

    private EncodedFile(byte[] buffer) => _buffer = buffer;

    /// <summary>The bytes that were read.</summary>
    public ReadOnlySpan<byte> Data => _buffer.AsSpan(0, _length);

    /// <summary>Whether they are all of the file.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Reads a file or its beginning.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The most bytes to read.</param>
    /// <param name="options">The limit that a whole file must keep; null where the beginning is all that is wanted.</param>
    /// <exception cref="InputException">The file cannot be read, or is above the limit.</exception>
    public static EncodedFile Read(string path, int most, DecodeOptions? options)
    {
        EncodedFile? result = null;
        try
        {
            RequireRegular(path);
            using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long length = RandomAccess.GetLength(file);
            if (options is not null)
                ImageLimits.CheckBytes(length, options, path);
            int wanted = (int)Math.Min(length, most);
            result = new EncodedFile(ArrayPool<byte>.Shared.Rent(wanted)) { IsWhole = wanted == length };
            while (result._length < wanted)
            {
                options?.CancellationToken.ThrowIfCancellationRequested();
                int block = Math.Min(wanted - result._length, FileBlock);
                int got = RandomAccess.Read(file, result._buffer.AsSpan(result._length, block), result._length);
                if (got == 0)
                    break;
                result._length += got;
            }

            return result;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            result?.Dispose();
            throw Unreadable(path, e);
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="InputException">It is above the limit.</exception>
    public static EncodedFile Read(Stream stream, DecodeOptions options, string source)
    {
        EncodedFile result = new(ArrayPool<byte>.Shared.Rent(StreamBlock));
        try
        {
            int got;
            do
            {
                result.MakeRoom(options, source);
                got = stream.Read(result._buffer, result._length, result._buffer.Length - result._length);
                result._length += got;
            }
            while (got > 0);
            ImageLimits.CheckBytes(result._length, options, source);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="Read(Stream, DecodeOptions, string)"/>
    public static async Task<EncodedFile> ReadAsync(
        Stream stream, DecodeOptions options, string source, CancellationToken cancellationToken)
    {
        EncodedFile result = new(ArrayPool<byte>.Shared.Rent(StreamBlock));
        try
        {
            int got;
            do
            {
                result.MakeRoom(options, source);
                Memory<byte> free = result._buffer.AsMemory(result._length);
                got = await stream.ReadAsync(free, cancellationToken).ConfigureAwait(false);
                result._length += got;
            }
            while (got > 0);
            ImageLimits.CheckBytes(result._length, options, source);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="Read(string, int, DecodeOptions)"/>
    public static async Task<EncodedFile> ReadAsync(string path, DecodeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            RequireRegular(path);
            FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                ImageLimits.CheckBytes(file.Length, options, path);
                return await ReadAsync(file, options, path, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void MakeRoom(DecodeOptions options, string source)
    {
        if (_length < _buffer.Length)
            return;
        ImageLimits.CheckBytes(_length, options, source);
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * _length, Array.MaxLength));
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    // Opening a pipe would wait for a writer. Pipes and devices have no length.
    private static void RequireRegular(string path)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            file = target;
        if (file is { Exists: true, Length: 0 })
        {
            throw new InputException(
                InputErrorKind.Damaged, path, null, $"the file is empty. Supported are {ImageFiles.FormatList}.");
        }
    }

    private static InputException Unreadable(string path, Exception e) => new(
        e is FileNotFoundException or DirectoryNotFoundException ? InputErrorKind.NotFound : InputErrorKind.Unreadable,
        path.Replace('\0', '?'),
        null,
        $"the file cannot be read ({Reason(path, e)}).",
        e);

    private static string Reason(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        _ when Directory.Exists(path) => "it is a folder",
        UnauthorizedAccessException => "access is denied",
        _ => e.Message,
    };
}
