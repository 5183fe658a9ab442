namespace Panoptes;

/// <summary>Writes files under a temporary name and renames them, so that a full disk or a crash never leaves half a file.</summary>
internal static class AtomicFile
{
    private const int BufferSize = 1 << 16;

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
    public static void Write(string path, Action<Stream> write) => WriteTogether([path], streams => write(streams[0]));

    /// <summary>
    /// Writes several files at once and puts them in place when all are complete; existing files stay as they were if that fails.
    /// </summary>
    /// <param name="paths">The files to create or replace; their folders exist.</param>
    /// <param name="write">Writes all of their contents.</param>
    public static void WriteTogether(IReadOnlyList<string> paths, Action<IReadOnlyList<Stream>> write)
    {
        string[] temporaries = [.. paths.Select(path => $"{path}.{Guid.NewGuid():N}.tmp")];
        List<Stream> streams = [];
        try
        {
            try
            {
                foreach (string temporary in temporaries)
                    streams.Add(new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize));
                write(streams);
            }
            finally
            {
                streams.ForEach(stream => stream.Dispose());
            }

            for (int i = 0; i < temporaries.Length; i++)
                File.Move(temporaries[i], paths[i], overwrite: true);
        }
        catch
        {
            Array.ForEach(temporaries, File.Delete);
            throw;
        }
    }
}
