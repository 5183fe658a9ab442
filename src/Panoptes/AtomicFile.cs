namespace Panoptes;

/// <summary>Writes files beside their final name and renames them, so that a full disk or a crash never leaves half a file.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a whole file and puts it in place; an existing file stays as it was if that fails.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="content">All its bytes.</param>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> content)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
                stream.Write(content);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes a file piece by piece and puts it in place; an existing file stays as it was if that fails.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="write">Writes the whole content.</param>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
                write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
