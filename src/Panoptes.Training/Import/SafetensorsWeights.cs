using Panoptes.Torch;
using Panoptes.Torch.Serialization;

namespace Panoptes.Training.Import;

/// <summary>The tensors of a safetensors file.</summary>
/// <param name="file">The file, owned from here on.</param>
internal sealed class SafetensorsWeights(SafetensorsFile file) : WeightFile
{
    /// <inheritdoc />
    public override string Path => file.Path;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; } =
        file.Tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Shape);

    /// <inheritdoc />
    public override Tensor Load(string name)
    {
        try
        {
            return file.Load(name);
        }
        catch (InvalidDataException error)
        {
            throw new InputException(InputErrorKind.Damaged, Path, name, error.Message, error);
        }
    }

    /// <inheritdoc />
    public override void Dispose() => file.Dispose();
}
