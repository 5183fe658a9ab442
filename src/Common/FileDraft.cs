using System.Runtime.InteropServices;

namespace Panoptes;

/// <summary>
/// A file under a temporary name in the folder of another one, whose place it takes when it is complete: on disk before, so that a crash
/// leaves the old file or the new one. Disposed before that, it leaves nothing.
/// </summary>
internal sealed partial class FileDraft : IDisposable
{
    private const string Prefix = ".panoptes-";
    private const string Suffix = ".tmp";

    // A file exists for a moment before it is marked as in use.
    private static readonly TimeSpan s_opening = TimeSpan.FromMilliseconds(100);

    private readonly string _path;
    private readonly string _temporary;

    /// <summary>Begins the file.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="bufferSize">Bytes that are collected before they are written; 0 for none.</param>
    /// <param name="length">Room that is asked for beforehand, which shows a full disk before the first byte; 0 for none.</param>
    public FileDraft(string path, int bufferSize, long length = 0)
    {
        _path = Path.GetFullPath(path);
        _temporary = NameFor(_path);
        Stream = new FileStream(_temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read, // who finds the file under its name may read it at once
            BufferSize = bufferSize,
            PreallocationSize = length,
        });

        // A process that ends while another thread still writes leaves nothing either.
        AppDomain.CurrentDomain.ProcessExit += Remove;
    }

    /// <summary>A temporary name in the folder of a file, for what cannot be written as a stream.</summary>
    /// <param name="path">The file.</param>
    // Of its own length: a name of 255 letters is legal and has no room for more.
    public static string NameFor(string path) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $"{Prefix}{Guid.NewGuid():N}{Suffix}");

    /// <summary>Gives a file its name.</summary>
    /// <param name="temporary">The complete file, under a temporary name.</param>
    /// <param name="path">The name; a file that has it is replaced.</param>
    public static void Replace(string temporary, string path)
    {
        File.Move(temporary, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Where the content is written.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes what is in memory to the disk.</summary>
    public void Flush() => Stream.Flush(flushToDisk: true);

    /// <summary>Puts the file in place.</summary>
    public void Complete()
    {
        Flush();
        if (OperatingSystem.IsWindows())
        {
            Stream.Dispose();
        }

        // Elsewhere the file stays in use until it has its name, so that it is not taken for a leftover.
        Replace(_temporary, _path);
        Stream.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Remove;
        Stream.Dispose();
        File.Delete(_temporary);
    }

    private void Remove(object? sender, EventArgs e)
    {
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The next who writes there removes it.
        }
    }

    /// <summary>
    /// Removes temporary files that processes left in a folder which ended before their files were complete. Those that are written at the
    /// moment are in use, and stay.
    /// </summary>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <param name="subfolders">Whether folders in it are looked through too.</param>
    public static void RemoveLeftOvers(string folder, bool subfolders = false)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        // No links: they may lead around in circles, or to others' files. Hidden files, which these are, are not skipped.
        EnumerationOptions options = new()
        {
            RecurseSubdirectories = subfolders,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = true,
        };
        foreach (string file in Directory.EnumerateFiles(folder, $"*{Suffix}", options).Where(IsDraft))
        {
            try
            {
                if (DateTime.UtcNow - File.GetLastWriteTimeUtc(file) < s_opening)
                {
                    continue;
                }

                new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use, or another user's.
            }
        }
    }

    /// <summary>Whether a file's name is one that this class gives, or gave when it put 32 digits behind the file's own name.</summary>
    private static bool IsDraft(string file)
    {
        string name = Path.GetFileName(file)[..^Suffix.Length];
        string id = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name[(name.LastIndexOf('.') + 1)..];
        return Guid.TryParseExact(id, "N", out _);
    }

    // A name is on disk once its folder is; Windows writes it with the file.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int readOnly = 0;
        int handle = Open(folder, readOnly);
        if (handle >= 0)
        {
            _ = Synchronize(handle); // only advice: some file systems refuse it for folders
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
