using System.IO.MemoryMappedFiles;

namespace Panoptes.Torch.Serialization;

/// <summary>
/// A safetensors file opened for reading. The header is read and checked at once; a tensor's bytes are touched when it is loaded,
/// straight from the memory-mapped file.
/// </summary>
/// <example><code>
/// using SafetensorsFile file = SafetensorsFile.Open("model.safetensors");
/// Tensor weight = file.Load("backbone.stem.weight");
/// </code></example>
public sealed class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private SafetensorsFile(string path, SafetensorsLayout layout, MemoryMappedFile file)
    {
        Path = path;
        Metadata = layout.Metadata;
        Tensors = layout.Parts.ToDictionary(
            part => part.Name, part => new SafetensorsTensor(part.Name, part.Format, part.Shape, part.Offset, part.Length));
        _file = file;
        _view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>The file's name as it was given.</summary>
    public string Path { get; }

    /// <summary>The texts that the writer stored next to the tensors; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What the file holds, by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors { get; }

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
            SafetensorsLayout layout = SafetensorsLayout.Read(stream, path);
            return new SafetensorsFile(path, layout, MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole file from a stream, from its position to its end, into memory outside of the managed heap.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="InvalidDataException">The data is not a sound safetensors file.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static SafetensorsFile Open(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            using MemoryStream copy = new();
            stream.CopyTo(copy);
            copy.Position = 0;
            return Open(copy, name);
        }

        long length = stream.Length - stream.Position;
        MemoryMappedFile memory = MemoryMappedFile.CreateNew(null, Math.Max(length, 1));
        try
        {
            using MemoryMappedViewStream view = memory.CreateViewStream(0, length);
            stream.CopyTo(view);
            view.Position = 0;
            return new SafetensorsFile(name, SafetensorsLayout.Read(view, name), memory);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Copies a tensor out of the file.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>A new row-major tensor on the CPU.</returns>
    /// <exception cref="InvalidDataException">
    /// There is no such tensor, its type cannot be held, or a boolean is neither 0 nor 1.
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
            if (dtype == DType.Bool && ContainsOtherThanBooleans(source, entry.Length))
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

    // To libtorch a boolean with other bits set is undefined behavior.
    private static unsafe bool ContainsOtherThanBooleans(byte* data, long length)
    {
        for (long done = 0; done < length; done += int.MaxValue)
        {
            ReadOnlySpan<byte> part = new(data + done, (int)Math.Min(length - done, int.MaxValue));
            if (part.ContainsAnyExceptInRange((byte)0, (byte)1))
            {
                return true;
            }
        }

        return false;
    }
}
