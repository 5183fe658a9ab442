using Panoptes.Torch;
using Panoptes.Training.Import.Onnx;
using Panoptes.Training.Import.Pickle;
using Panoptes.Training.Models;

namespace Panoptes.Training.Import;

/// <summary>Named tensors in a file, whatever its format.</summary>
internal abstract class WeightFile : IDisposable
{
    /// <summary>The file's name as it was given.</summary>
    public abstract string Path { get; }

    /// <summary>The tensors' names and sizes.</summary>
    public abstract IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; }

    /// <summary>Opens a file, told by its first bytes: safetensors, ONNX, what torch.save writes, a pickle of arrays.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It does not exist, is damaged, or is something else.</exception>
    public static WeightFile Open(string path)
    {
        byte[] start = new byte[16];
        using (FileStream stream = InputFile.Open(path)) _ = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start switch
        {
            // First of all: the length of its header may begin with any byte, 0x80 among them.
            [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..] => new SafetensorsWeights(WeightLoader.Open(path)),
            [(byte)'P', (byte)'K', ..] or [0x80, _, ..] => PickleWeights.From(path),
            [8, > 0 and < 0x80, ..] when start[8] != (byte)'{' => OnnxWeights.From(path),
            _ => new SafetensorsWeights(WeightLoader.Open(path)),
        };
    }

    /// <summary>Copies a tensor out of the file.</summary>
    /// <param name="name">One of <see cref="Shapes"/>.</param>
    /// <returns>A new row-major tensor on the CPU, of the type that the file has.</returns>
    /// <exception cref="InputException">The tensor is damaged, or of a type that is not supported.</exception>
    public abstract Tensor Load(string name);

    /// <inheritdoc />
    public abstract void Dispose();
}
