using Panoptes.Torch;

namespace Panoptes.Training.Models.Fcos;

/// <summary>The outputs of all levels with one row for each image and location, in float32.</summary>
/// <param name="ClassLogits">[N · locations, C].</param>
/// <param name="Distances">[N · locations, 4].</param>
/// <param name="Centerness">[N · locations].</param>
internal sealed record FlatOutputs(Tensor ClassLogits, Tensor Distances, Tensor Centerness)
{
    /// <summary>Flattens the levels of a head.</summary>
    public static FlatOutputs From(IReadOnlyList<FcosLevel> levels) => new(
        Flatten(levels.Select(l => l.ClassLogits)),
        Flatten(levels.Select(l => l.Distances)),
        Flatten(levels.Select(l => l.Centerness)).Reshape([-1]));

    /// <summary>Maps [N, C, h, w] of all levels as rows [N · locations, C], image by image, level by level.</summary>
    public static Tensor Flatten(IEnumerable<Tensor> maps)
    {
        Tensor[] rows = [.. maps.Select(map => map.Permute([0, 2, 3, 1]).Flatten(1, 2).To(DType.Float32))]; // [N, h·w, C] each
        return Tensor.Cat(rows, 1).Flatten(0, 1);
    }
}
