using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Panoptes.Inference;

namespace Panoptes.Coco.Codecs;

/// <summary>Small safetensors files of 32-bit floats, for what needs no tensor library.</summary>
internal static class SafetensorsFloats
{
    private const int Alignment = 8;

    /// <summary>Writes a file next to its place and renames it.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="metadata">Texts to store next to the tensors.</param>
    /// <param name="tensors">The tensors, row-major, in the order of their data.</param>
    public static void Write(
        string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<(string Name, long[] Shape, float[] Values)> tensors) =>
        AtomicFile.Write(path, stream =>
        {
            byte[] header = Header(metadata, tensors);
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach ((_, _, float[] values) in tensors)
            {
                stream.Write(MemoryMarshal.AsBytes<float>(values));
            }
        });

    /// <summary>Reads a tensor.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="dimensions">How many dimensions it has to have.</param>
    /// <returns>Its values and its shape.</returns>
    /// <exception cref="InputException">There is no such tensor, or it is not of 32-bit floats with so many dimensions.</exception>
    public static (float[] Values, long[] Shape) Read(string path, SafetensorsHeader header, string name, int dimensions)
    {
        SafetensorsEntry entry = header.Tensors.FirstOrDefault(t => t.Name == name)
            ?? throw new InputException($"{path}: is missing the tensor '{name}'");
        if (entry.DType != "F32" || entry.Shape.Count != dimensions || entry.Count > int.MaxValue / sizeof(float))
        {
            throw new InputException(
                $"{path}: tensor '{name}' is {entry.DType}[{string.Join(", ", entry.Shape)}]; it must be F32 with {dimensions} dimensions");
        }

        float[] values = new float[entry.Count];
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        stream.Position = entry.Offset;
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return (values, [.. entry.Shape]);
    }

    private static byte[] Header(
        IReadOnlyDictionary<string, string> metadata, IReadOnlyList<(string Name, long[] Shape, float[] Values)> tensors)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__"u8);
            foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long offset = 0;
            foreach ((string name, long[] shape, float[] values) in tensors)
            {
                long end = offset + ((long)values.Length * sizeof(float));
                json.WriteStartObject(name);
                json.WriteString("dtype"u8, "F32"u8);
                WriteNumbers(json, "shape", shape);
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

        return text.ToArray();
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
}
