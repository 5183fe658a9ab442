using System.Text;

namespace Panoptes;

/// <summary>
/// Opens and reads files that other people or programs wrote: only regular files, no larger than <see cref="InputLimits"/> allows, and
/// texts in UTF-8 or, if their byte order mark or the zeros among their first bytes say so, UTF-16 or UTF-32. Whatever is wrong is an
/// <see cref="InputException"/> that names the file.
/// </summary>
internal static class InputFile
{
    private const int BufferSize = 4096;

    /// <summary>Opens a file to read from its beginning to its end.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">
    /// The file does not exist, may not be read, is a folder, or is empty: pipes and devices have no length.
    /// </exception>
    public static FileStream Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        RequireContent(path);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Makes sure that a file can be opened without waiting forever, as opening a pipe does.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It does not exist, or is a folder, or is empty: pipes and devices have no length.</exception>
    public static void RequireContent(string path)
    {
        if (Require(path) == 0)
        {
            throw new InputException(
                InputErrorKind.Damaged, path, null, "the file is empty, or a pipe or a device; a file with content was expected.");
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How large it may be (<see cref="InputLimits.MaxTextBytes"/>); null for the defaults.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="InputException">The file cannot be read, is too large, or is a pipe or a device.</exception>
    public static byte[] ReadBytes(string path, InputLimits? limits = null)
    {
        long most = (limits ?? InputLimits.Default).MaxTextBytes;
        long length = Require(path);
        if (length > most)
        {
            throw new InputException(
                InputErrorKind.TooLarge,
                path,
                null,
                $"a file of {length} bytes is larger than the limit of {most} bytes. "
                + $"{nameof(InputLimits)}.{nameof(InputLimits.MaxTextBytes)} sets the limit.");
        }

        if (length == 0)
        {
            RequireRegular(path);
            return [];
        }

        try
        {
            using FileStream stream = Open(path);
            byte[] bytes = new byte[length];
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) is int read && read < bytes.Length
                ? bytes[..read]
                : bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Reads a whole text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How large it may be (<see cref="InputLimits.MaxTextBytes"/>); null for the defaults.</param>
    /// <exception cref="InputException">The file cannot be read, is too large, or is not Unicode; the message names the line.</exception>
    public static string ReadText(string path, InputLimits? limits = null) => Decode(ReadBytes(path, limits), path);

    /// <summary>Reads the lines of a text.</summary>
    /// <inheritdoc cref="ReadText"/>
    public static string[] ReadLines(string path, InputLimits? limits = null)
    {
        string[] lines = ReadText(path, limits).ReplaceLineEndings("\n").Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    /// <summary>The text of bytes in UTF-8, or in what their byte order mark or the zeros among their first bytes say.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="source">Their name, for messages.</param>
    /// <exception cref="InputException">They are not that.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string source)
    {
        (Encoding encoding, int mark) = TextEncoding.Of(bytes);
        try
        {
            return encoding.GetString(bytes[mark..]);
        }
        catch (DecoderFallbackException e)
        {
            int at = Math.Clamp(mark + e.Index, 0, bytes.Length);
            string name = encoding is UTF8Encoding ? "UTF-8" : encoding is UnicodeEncoding ? "UTF-16" : "UTF-32";
            throw new InputException(
                InputErrorKind.Damaged,
                source,
                $"line {bytes[..at].Count((byte)'\n') + 1}",
                $"is not {name} (byte {at}). Save the file as UTF-8.",
                e);
        }
    }

    /// <summary>The length of a file, which is not opened: opening a pipe waits for a writer.</summary>
    private static long Require(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            FileSystemInfo file = new FileInfo(path);
            if (file.LinkTarget is not null)
            {
                file = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            }

            return file is FileInfo { Exists: true } regular ? regular.Length
                : throw (Directory.Exists(path)
                    ? new InputException(InputErrorKind.Unreadable, path, null, "cannot be read (it is a folder).")
                    : new InputException(InputErrorKind.NotFound, path, null, "file not found."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(path, e);
        }
    }

    // An empty file tells itself from a pipe by being one that has positions; opened to write too, a pipe does not wait for a writer.
    private static void RequireRegular(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        bool isRegular = !(new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path))
            .StartsWith("/dev/", StringComparison.Ordinal);
        try
        {
            using FileStream? file = isRegular ? new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0) : null;
            isRegular &= file?.CanSeek == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that may not be written is taken for what it says: empty.
        }

        if (!isRegular)
        {
            throw new InputException(InputErrorKind.Unreadable, path, null, "cannot be read (it is a pipe or a device).");
        }
    }

    /// <summary>The exception for a file or folder that the system does not let us read.</summary>
    public static InputException Unreadable(string path, Exception e) => e is FileNotFoundException or DirectoryNotFoundException
        ? new InputException(InputErrorKind.NotFound, path, null, "file not found.", e)
        : new InputException(InputErrorKind.Unreadable, path.Replace('\0', '?'), null, $"cannot be read ({e.Message.TrimEnd('.')}).", e);
}
