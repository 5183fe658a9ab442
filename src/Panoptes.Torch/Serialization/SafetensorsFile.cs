using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Panoptes.Torch.Serialization;

/// <summary>
/// A safetensors file opened for reading. The header is read and checked at once; a tensor's bytes are touched when it is loaded,
/// straight from the memory-mapped file.
/// </summary>
/// <example><code>
/// using var file = SafetensorsFile.Open("model.safetensors");
/// Tensor weight = file.Load("backbone.stem.weight");
/// </code></example>
public sealed class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(string path, SafetensorsHeader header, MemoryMappedFile file)
    {
        Path = path;
        _header = header;
        _file = file;
        _view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>The file's name as it was given.</summary>
    public string Path { get; }

    /// <summary>The texts that the writer stored next to the tensors; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>What the file holds, by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors => _header.Tensors;

    /// <summary>Opens a file and checks its header: types, shapes, places, names.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not a sound safetensors file; the message names file, tensor and mistake.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        try
        {
            SafetensorsHeader header = ReadHeader(path, stream.SafeFileHandle);
            return new SafetensorsFile(path, header, MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Copies a tensor out of the file.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>A new row-major tensor on the CPU.</returns>
    /// <exception cref="InvalidDataException">
    /// There is no such tensor, its type cannot be held, or a ground truth value is neither 0 nor 1.
    /// </exception>
    public unsafe Tensor Load(string name)
    {
        ObjectDisposedException.ThrowIf(_view.SafeMemoryMappedViewHandle.IsClosed, this);
        if (!Tensors.TryGetValue(name, out SafetensorsTensor? entry))
        {
            throw new InvalidDataException($"{Path}: there is no tensor '{name}'");
        }

        DType dtype = entry.DType
            ?? throw new InvalidDataException($"{Path}: tensor '{name}' has the dtype {entry.Format}, which is not supported");
        Tensor tensor = Tensor.Empty([.. entry.Shape], dtype);
        byte* source = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref source);
        try
        {
            source += _view.PointerOffset + entry.Offset;
            if (dtype == DType.Bool && ContainsOtherThanGroundTruth(source, entry.Length))
            {
                throw new InvalidDataException($"{Path}: tensor '{name}' of BOOL holds a byte that is neither 0 nor 1");
            }

            Buffer.MemoryCopy(source, tensor.DataPointer(), entry.Length, entry.Length);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
        finally
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    /// <summary>Closes the file. Tensors loaded from it live on.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static SafetensorsHeader ReadHeader(string path, SafeFileHandle file)
    {
        long fileLength = RandomAccess.GetLength(file);
        if (fileLength < SafetensorsFormat.PrefixLength)
        {
            throw new InvalidDataException($"{path}: {fileLength} bytes are too few for a safetensors file");
        }

        Span<byte> prefix = stackalloc byte[SafetensorsFormat.PrefixLength];
        ReadExactly(path, file, prefix, 0);
        var text = new byte[SafetensorsHeader.CheckLength(path, BinaryPrimitives.ReadUInt64LittleEndian(prefix), fileLength)];
        ReadExactly(path, file, text, SafetensorsFormat.PrefixLength);
        return SafetensorsHeader.Parse(path, text, fileLength);
    }

    private static void ReadExactly(string path, SafeFileHandle file, Span<byte> destination, long offset)
    {
        while (!destination.IsEmpty)
        {
            int count = RandomAccess.Read(file, destination, offset);
            if (count == 0)
            {
                throw new InvalidDataException($"{path}: the file ends at byte {offset}, inside its header");
            }

            destination = destination[count..];
            offset += count;
        }
    }

    // To libtorch a ground truth value with other bits set is undefined behavior.
    private static unsafe bool ContainsOtherThanGroundTruth(byte* data, long length)
    {
        for (long done = 0; done < length; done += int.MaxValue)
        {
            var part = new ReadOnlySpan<byte>(data + done, (int)Math.Min(length - done, int.MaxValue));
            if (part.ContainsAnyExceptInRange((byte)0, (byte)1))
            {
                return true;
            }
        }

        return false;
    }
}
