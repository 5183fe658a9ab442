using System.Runtime.InteropServices;

namespace Panoptes.Coco.Codecs;

/// <summary>Small safetensors files of 32-bit floats, for what needs no tensor library.</summary>
internal static class SafetensorsFloats
{
    /// <summary>Writes a file next to its place and renames it.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="metadata">Texts to store next to the tensors.</param>
    /// <param name="tensors">The tensors, row-major, in the order of their data.</param>
    public static void Write(
        string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<(string Name, long[] Shape, float[] Values)> tensors) =>
        AtomicFile.Write(path, stream =>
        {
            stream.Write(SafetensorsLayout.Write(
                metadata, tensors.Select(t => (t.Name, "F32", t.Shape, (long)t.Values.Length * sizeof(float)))));
            foreach ((_, _, float[] values) in tensors)
            {
                stream.Write(MemoryMarshal.AsBytes<float>(values));
            }
        });

    /// <summary>Reads a tensor.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="dimensions">How many dimensions it has to have.</param>
    /// <returns>Its values and its shape.</returns>
    /// <exception cref="InputException">There is no such tensor, or it is not of 32-bit floats with this many dimensions.</exception>
    public static (float[] Values, long[] Shape) Read(string path, SafetensorsLayout layout, string name, int dimensions)
    {
        SafetensorsPart part = layout.Parts.FirstOrDefault(t => t.Name == name)
            ?? throw new InputException(InputErrorKind.Invalid, path, null, $"is missing the tensor '{name}'");
        if (part.Format != "F32" || part.Shape.Count != dimensions || part.Length > int.MaxValue)
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"tensor '{name}' is {part.Format}[{string.Join(", ", part.Shape)}]; it must be F32 with {dimensions} dimensions");
        }

        float[] values = new float[part.Length / sizeof(float)];
        using FileStream stream = InputFile.Open(path);
        stream.Position = part.Offset;
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return (values, [.. part.Shape]);
    }
}
