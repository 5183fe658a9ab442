using Panoptes.Torch;

namespace Panoptes.Training.Import;

/// <summary>Named tensors in a file, whatever its format.</summary>
internal abstract class WeightFile : IDisposable
{
    /// <summary>The file's name as it was given.</summary>
    public abstract string Path { get; }

    /// <summary>The tensors' names and sizes.</summary>
    public abstract IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; }

    /// <summary>Copies a tensor out of the file.</summary>
    /// <param name="name">One of <see cref="Shapes"/>.</param>
    /// <returns>A new row-major tensor on the CPU, of the type that the file has.</returns>
    /// <exception cref="InputException">The tensor is damaged, or of a type that is not supported.</exception>
    public abstract Tensor Load(string name);

    /// <inheritdoc />
    public abstract void Dispose();
}
