using System.Buffers;

namespace Panoptes.Imaging.Codecs;

/// <summary>Inflates the pixels of any PNG and undoes filters and interlacing (PNG specification, 8 and 9).</summary>
internal static class PngPixels
{
    private const int BufferBytes = 64 * 1024;
    private const int Padding = 8; // pixels are read as words

    // Column and row at which each pass begins, and the steps to its next column and row.
    private static readonly (int X, int Y, int StepX, int StepY)[] s_passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static readonly (int X, int Y, int StepX, int StepY)[] s_onePass = [(0, 0, 1, 1)];

    /// <summary>Takes a row of a pass: samples as they are stored, packed below 8 bits and big-endian at 16.</summary>
    /// <param name="samples">The row's bytes.</param>
    /// <param name="place">Where its pixels belong.</param>
    public delegate void RowReader(ReadOnlySpan<byte> samples, Place place);

    /// <summary>Reads all pixels.</summary>
    /// <exception cref="InputException">They are damaged or cut off.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Read(PngChunks chunks, string source, RowReader read, CancellationToken cancellationToken = default)
    {
        PngHeader header = chunks.Header;
        int longest = 1 + header.RowBytes(header.Width);
        int rowsInBuffer = Math.Max(1, BufferBytes / longest);
        byte[] lines = ArrayPool<byte>.Shared.Rent(checked(((rowsInBuffer + 1) * longest) + Padding));
        try
        {
            using Stream pixels = chunks.OpenPixels();
            foreach ((int x, int y, int stepX, int stepY) in header.IsInterlaced ? s_passes : s_onePass)
            {
                int width = (header.Width - x + stepX - 1) / stepX;
                int height = (header.Height - y + stepY - 1) / stepY;
                if (width <= 0 || height <= 0)
                    continue;
                int line = 1 + header.RowBytes(width);
                lines.AsSpan(0, line).Clear();
                for (int row = 0; row < height;)
                {
                    cancellationToken.ThrowIfCancellationRequested();

                    // The last row that was read goes first: the next one's filter needs it.
                    int count = Math.Min(rowsInBuffer, height - row);
                    pixels.ReadExactly(lines, line, count * line);
                    for (int i = 1; i <= count; i++, row++)
                    {
                        Span<byte> current = lines.AsSpan((i * line) + 1);
                        ReadOnlySpan<byte> above = lines.AsSpan(((i - 1) * line) + 1);
                        if (!PngFilters.TryUndo(lines[i * line], current, above, line - 1, header.Step))
                            throw PngChunks.Damaged(source, $"filter {lines[i * line]}");
                        read(current[..(line - 1)], new Place(y + (row * stepY), x, stepX, width));
                    }

                    lines.AsSpan(count * line, line).CopyTo(lines);
                }
            }

            // Reading on makes zlib compare its checksum.
            _ = pixels.ReadByte();
        }
        catch (Exception e) when (e is InvalidDataException or IOException) // zlib's own is one
        {
            throw PngChunks.Damaged(source, e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(lines);
        }
    }

    /// <summary>Where the pixels of a row belong.</summary>
    /// <param name="Y">The row of the image.</param>
    /// <param name="X">The column of the first pixel.</param>
    /// <param name="Step">Columns from a pixel to the next.</param>
    /// <param name="Count">Pixels.</param>
    public readonly record struct Place(int Y, int X, int Step, int Count);
}
