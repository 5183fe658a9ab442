using System.Text;
using System.Text.Json;

namespace Panoptes.Coco.Files.Json;

/// <summary>
/// Reads the lists of COCO's files with all cores, through small buffers, and turns what can go wrong with a file into messages for the
/// user.
/// </summary>
internal static class JsonLists
{
    /// <summary>Reads the elements of one block; the reader stands before the list's bracket.</summary>
    public delegate TPart BlockReader<TPart>(ref JsonReader json, JsonBlock block);

    /// <summary>Reads the file without the elements of its lists.</summary>
    public delegate void SkeletonReader(ref JsonReader json);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="worker">Makes what reads blocks, one for each thread.</param>
    /// <param name="check">Reads what is left of the file without the lists' elements, and complains if a list is missing.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What was made of each block, in the file's order.</returns>
    /// <exception cref="InputException">The file cannot be opened, is not JSON, or a reader complained; of several complaints the
    /// first in the file. The message begins with the file's name.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static List<TPart> Read<TPart>(
        string path, Func<BlockReader<TPart>> worker, SkeletonReader check, CancellationToken cancellationToken = default)
    {
        try
        {
            using FileStream file = Open(path);
            using Stream stream = JsonText.Decode(file);
            JsonBlockSource source = new(stream);
            Pass<TPart> pass = new(source, worker, cancellationToken);
            Workers.Run(1 + (file.Length / JsonBlockSource.DefaultBlockSize), pass.Work);
            cancellationToken.ThrowIfCancellationRequested();
            List<TPart> parts = pass.Parts();
            JsonText.RequireUnicode(source.Skeleton, path);
            JsonReader skeleton = new(source.Skeleton);
            check(ref skeleton);
            while (skeleton.Read())
            {
                // The rest, and anything after the root's end, has to be JSON too.
            }

            return parts;
        }
        catch (JsonException e)
        {
            throw Locate(path, e);
        }
        catch (DecoderFallbackException e)
        {
            throw JsonText.Locate(path, e);
        }
        catch (InputException e) when (e.File is null)
        {
            throw e.InFile(path);
        }
    }

    /// <summary>Reads a file by a reader that keeps nothing from block to block.</summary>
    /// <inheritdoc cref="Read{TPart}(string, Func{BlockReader{TPart}}, SkeletonReader, CancellationToken)"/>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads a block; called from several threads.</param>
    /// <param name="check">Reads what is left of the file without the lists' elements, and complains if a list is missing.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static List<TPart> Read<TPart>(
        string path, BlockReader<TPart> read, SkeletonReader check, CancellationToken cancellationToken = default) =>
        Read(path, () => read, check, cancellationToken);

    /// <summary>Reads a whole file once more, to say where it stops being JSON.</summary>
    public static InputException Locate(string path, JsonException error)
    {
        try
        {
            using FileStream file = Open(path);
            using Stream stream = JsonText.Decode(file);
            JsonPlace.Find(stream);
        }
        catch (JsonException e)
        {
            error = e;
        }

        return NotJson(path, error);
    }

    /// <summary>The message of a file that is not JSON.</summary>
    public static InputException NotJson(string path, JsonException error)
    {
        string reason = error.Message.Split(" LineNumber", 2)[0].TrimEnd('.');
        string place = error.LineNumber is { } line ? $" at line {line + 1}, byte {error.BytePositionInLine + 1}" : "";
        InputException wrong = new(InputErrorKind.Damaged, path, null, $"not valid JSON{place}: {reason}.", error);
        return place.Length > 0 ? wrong.OfFile(path, place.Trim()) : wrong;
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InputException">It cannot be opened.</exception>
    public static FileStream Open(string path) => InputFile.Open(path);

    /// <summary>One pass over a file: each worker takes the next block from the source and reads it while others take theirs.</summary>
    private sealed class Pass<TPart>(JsonBlockSource source, Func<BlockReader<TPart>> worker, CancellationToken cancellationToken)
    {
        private readonly List<TPart?> _parts = [];
        private readonly FirstError _errors = new();

        public void Work()
        {
            JsonBlock block = new();
            BlockReader<TPart> read = worker();
            while (Take(block))
            {
                try
                {
                    TPart part = Read(read, block);
                    lock (_parts)
                    {
                        _parts[block.Number] = part;
                    }
                }
                catch (Exception e)
                {
                    _errors.Add(block.Number, e);
                }
            }
        }

        /// <summary>What was made of the blocks.</summary>
        /// <exception cref="InputException">A block holds something that is not allowed.</exception>
        /// <exception cref="JsonException">The text is not JSON.</exception>
        public List<TPart> Parts()
        {
            _errors.Throw();
            return _parts!;
        }

        private bool Take(JsonBlock block)
        {
            lock (source)
            {
                try
                {
                    if (_errors.Any || cancellationToken.IsCancellationRequested || !source.TryNext(block))
                    {
                        return false;
                    }
                }
                catch (Exception e)
                {
                    _errors.Add(int.MaxValue, e); // what was cut out before comes first
                    return false;
                }
            }

            lock (_parts)
            {
                while (_parts.Count <= block.Number)
                {
                    _parts.Add(default);
                }
            }

            return true;
        }

        private static TPart Read(BlockReader<TPart> read, JsonBlock block)
        {
            JsonText.Require(block.Text);
            try
            {
                JsonReader json = new(block.Text);
                return read(ref json, block);
            }
            catch (JsonException) when (NonFiniteNumbers.Mark(block.Buffer.AsSpan(block.Start, block.Length)))
            {
                JsonReader json = new(block.Text);
                return read(ref json, block);
            }
        }
    }
}
