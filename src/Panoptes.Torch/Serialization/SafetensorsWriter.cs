using System.Buffers.Binary;
using System.Text.Json;

namespace Panoptes.Torch.Serialization;

/// <summary>Writes safetensors files: the same tensors and texts always give the same bytes.</summary>
public static class SafetensorsWriter
{
    // The header is filled up to a multiple of this, so that with wide elements in front every element is aligned.
    private const int Alignment = 8;

    private const int ChunkLength = 1 << 26;

    /// <summary>
    /// Writes a file. It is written to a temporary file under another name, forced to the disk and then renamed: when anything fails (a full
    /// disk, a crash) a file that was there before stays as it was.
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
        byte[] header = Header(ordered, metadata, out long length);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            // Asking for the room beforehand shows a full disk before the first byte.
            using (var stream = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.None,
                BufferSize = 0,
                PreallocationSize = length,
            }))
            {
                stream.Write(header);
                foreach ((_, Tensor tensor) in ordered)
                {
                    Write(stream, tensor);
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error)
        {
            // The error that counts is the first one, whether or not the rest can be cleared away (a folder that is not there, say).
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            if (error is IOException)
            {
                throw new IOException($"{path}: {length} bytes cannot be written: {error.Message}", error);
            }

            throw;
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
            if (name == SafetensorsFormat.MetadataKey)
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

    private static byte[] Header((string Name, Tensor Value)[] tensors, IReadOnlyDictionary<string, string>? metadata, out long fileLength)
    {
        long offset = 0;
        using var text = new MemoryStream();
        text.SetLength(SafetensorsFormat.PrefixLength);
        text.Position = SafetensorsFormat.PrefixLength;
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(SafetensorsFormat.MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            foreach ((string name, Tensor tensor) in tensors)
            {
                long end = checked(offset + (tensor.Count * SizeOf(tensor.DType)));
                json.WriteStartObject(name);
                json.WriteString("dtype", SafetensorsFormat.NameOf(tensor.DType));
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        while (text.Length % Alignment != 0)
        {
            text.WriteByte((byte)' ');
        }

        byte[] header = text.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - SafetensorsFormat.PrefixLength);
        fileLength = checked(header.Length + offset);
        return header;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static unsafe void Write(FileStream stream, Tensor tensor)
    {
        using var noGrad = new NoGrad();
        using var scope = new TensorScope();
        Tensor source = tensor.To(Device.Cpu).Contiguous();
        byte* data = (byte*)source.DataPointer();
        long length = source.Count * SizeOf(source.DType);
        for (long done = 0; done < length; done += ChunkLength)
        {
            stream.Write(new ReadOnlySpan<byte>(data + done, (int)Math.Min(ChunkLength, length - done)));
        }

        GC.KeepAlive(source);
    }

    private static int SizeOf(DType dtype) => SafetensorsFormat.SizeOf(SafetensorsFormat.NameOf(dtype))!.Value;
}
