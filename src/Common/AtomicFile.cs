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
        using FileDraft draft = new(path, bufferSize: 0);
        draft.Stream.Write(content);
        draft.Complete();
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
        List<FileDraft> drafts = [];
        try
        {
            foreach (string path in paths)
            {
                drafts.Add(new FileDraft(path, BufferSize));
            }

            write([.. drafts.Select(draft => draft.Stream)]);
            drafts.ForEach(draft => draft.Flush());
            drafts.ForEach(draft => draft.Complete());
        }
        finally
        {
            drafts.ForEach(draft => draft.Dispose());
        }
    }
}
