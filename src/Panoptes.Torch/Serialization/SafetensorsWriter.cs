namespace Panoptes.Torch.Serialization;

/// <summary>Writes safetensors files: the same tensors and texts always give the same bytes.</summary>
public static class SafetensorsWriter
{
    private const int ChunkLength = 1 << 26;

    /// <summary>
    /// Writes a file. It is written to a temporary file under another name, forced to the disk and then renamed: when anything fails (a
    /// full disk, a crash) a file that was there before stays as it was.
    /// </summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="tensors">The tensors by name, on any device, in any memory format; they are stored row-major.</param>
    /// <param name="metadata">Texts to store next to them.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or one has a name that the format reserves.</exception>
    /// <exception cref="IOException">The file cannot be written; the message names it and the reason.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(
        string path, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        (string Name, Tensor Value)[] ordered = Order(tensors);
        byte[] header = SafetensorsLayout.Write(
            metadata, ordered.Select(t => (t.Name, SafetensorsTypes.NameOf(t.Value.DType), t.Value.Shape.ToArray(), LengthOf(t.Value))));
        long length = checked(header.Length + ordered.Sum(t => LengthOf(t.Value)));
        try
        {
            using FileDraft draft = new(path, bufferSize: 0, length);
            draft.Stream.Write(header);
            foreach ((_, Tensor tensor) in ordered)
            {
                Write(draft.Stream, tensor);
            }

            draft.Complete();
        }
        catch (IOException error)
        {
            throw new IOException($"{path}: {length} bytes cannot be written: {error.Message}", error);
        }
    }

    // Wide elements first, as the format's reference writer has it; names decide among equals.
    private static (string Name, Tensor Value)[] Order(IEnumerable<(string Name, Tensor Value)> tensors)
    {
        (string Name, Tensor Value)[] ordered =
            [.. tensors.OrderByDescending(t => SizeOf(t.Value.DType)).ThenBy(t => t.Name, StringComparer.Ordinal)];
        HashSet<string> names = [];
        foreach (string name in ordered.Select(t => t.Name))
        {
            if (name == SafetensorsLayout.MetadataKey)
            {
                throw new ArgumentException($"no tensor can have the name '{name}'", nameof(tensors));
            }

            if (!names.Add(name))
            {
                throw new ArgumentException($"two tensors have the name '{name}'", nameof(tensors));
            }
        }

        return ordered;
    }

    private static unsafe void Write(FileStream stream, Tensor tensor)
    {
        using NoGrad noGrad = new();
        using TensorScope scope = new();
        Tensor source = tensor.To(Device.Cpu).Contiguous();
        byte* data = (byte*)source.DataPointer();
        long length = LengthOf(source);
        for (long done = 0; done < length; done += ChunkLength)
        {
            stream.Write(new ReadOnlySpan<byte>(data + done, (int)Math.Min(ChunkLength, length - done)));
        }

        GC.KeepAlive(source);
    }

    private static long LengthOf(Tensor tensor) => checked(tensor.Count * SizeOf(tensor.DType));

    private static int SizeOf(DType dtype) => SafetensorsLayout.SizeOf(SafetensorsTypes.NameOf(dtype))!.Value;
}
