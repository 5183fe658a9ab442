using Panoptes.Torch;
using Panoptes.Torch.Serialization;

namespace Panoptes.Training.Import;

/// <summary>
/// The tensors of a safetensors file. One of 8-bit integers that has a tensor <c>NAME_scale</c> of floats next to it, a factor for each
/// slice of the first dimension, is read as their product: so models are packed (<see cref="Models.ModelPacker"/>), and so
/// compressed-tensors (of vLLM) names its scales.
/// </summary>
/// <param name="file">The file, owned from here on.</param>
internal sealed class SafetensorsWeights(SafetensorsFile file) : WeightFile
{
    /// <summary>What the name of a scale ends in.</summary>
    internal const string ScaleSuffix = "_scale";

    /// <inheritdoc />
    public override string Path => file.Path;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, IReadOnlyList<long>> Shapes { get; } =
        file.Tensors.Values.Where(tensor => !IsScale(file, tensor.Name)).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);

    /// <inheritdoc />
    public override Tensor Load(string name)
    {
        try
        {
            Tensor tensor = file.Load(name);
            if (!IsPacked(file, name)) return tensor;
            Tensor scale = file.Load(name + ScaleSuffix);
            if (scale.Count != tensor.Size(0) || scale.DType != DType.Float32)
            {
                throw new InvalidDataException(
                    $"its scale has {scale.Count} values of {scale.DType}; {tensor.Size(0)} of {DType.Float32} are needed");
            }

            long[] alongFirst = [tensor.Size(0), .. Enumerable.Repeat(1L, tensor.Shape.Length - 1)];
            return tensor.To(DType.Float32) * scale.View(alongFirst); // [O, ...] * [O, 1, ...]
        }
        catch (InvalidDataException error)
        {
            throw new InputException(InputErrorKind.Damaged, Path, name, error.Message, error);
        }
    }

    /// <inheritdoc />
    public override void Dispose() => file.Dispose();

    private static bool IsScale(SafetensorsFile file, string name) =>
        name.EndsWith(ScaleSuffix, StringComparison.Ordinal) && IsPacked(file, name[..^ScaleSuffix.Length]);

    private static bool IsPacked(SafetensorsFile file, string name) =>
        file.Tensors.TryGetValue(name, out SafetensorsTensor? tensor)
        && tensor is { DType: DType.Int8, Shape.Count: > 0 }
        && file.Tensors.ContainsKey(name + ScaleSuffix);
}
