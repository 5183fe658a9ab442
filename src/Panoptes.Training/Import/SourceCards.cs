using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Import;

/// <summary>What is known of the weights of each program.</summary>
internal static class SourceCards
{
    private static readonly double[] s_mean = [123.675, 116.28, 103.53];
    private static readonly double[] s_deviation = [58.395, 57.12, 57.375];
    private static readonly double[] s_one = [1, 1, 1];

    /// <summary>The program whose names a file's tensors have.</summary>
    public static WeightSource Detect(WeightFile file)
    {
        bool Has(string text) => file.Shapes.Keys.Any(name => name.Contains(text, StringComparison.Ordinal));
        return file is Onnx.OnnxWeights ? WeightSource.Onnx
            : Has("stem.bn1.") || Has("fpn.fpn_inner") ? WeightSource.EmbedMask
            : Has("fcos_head.") || Has("MEInst_head.") ? WeightSource.AdelaiDet
            : Has("bottom_up.") || Has("res2.0.") || Has("res2_0_branch2a") ? WeightSource.Detectron2
            : file is SafetensorsWeights ? WeightSource.Timm
            : WeightSource.Torchvision;
    }

    /// <summary>What weights of a program expect.</summary>
    /// <param name="source">The program.</param>
    /// <param name="type">The backbone; null where it is not known.</param>
    /// <param name="file">The file, which may hold means and deviations of its own.</param>
    public static WeightCard Of(WeightSource source, BackboneType? type, WeightFile file)
    {
        WeightCard card = source switch
        {
            WeightSource.Detectron2 or WeightSource.AdelaiDet =>
                Detectron2(type is BackboneType.ResNext101x32x8d or BackboneType.ResNext101x64x4d),
            WeightSource.EmbedMask => new()
            {
                ChannelOrder = ChannelOrder.Bgr,
                Mean = [102.9801, 115.9465, 122.7717],
                Std = s_one,
                StrideIn1x1 = true,
                NormEpsilon = 0,
            },

            // Nobody else's ResNet-18 has these depths.
            WeightSource.Onnx when type == BackboneType.ResNet18ImageNet => ImageNetWeights.Card,
            _ => new() { ChannelOrder = ChannelOrder.Rgb, Mean = s_mean, Std = s_deviation },
        };
        return card with { Mean = Own(file, "pixel_mean") ?? card.Mean, Std = Own(file, "pixel_std") ?? card.Std };
    }

    private static WeightCard Detectron2(bool isResNext) => new()
    {
        ChannelOrder = ChannelOrder.Bgr,
        Mean = [.. s_mean.Reverse()],
        Std = isResNext ? [.. s_deviation.Reverse()] : s_one,
        StrideIn1x1 = !isResNext,
    };

    private static double[]? Own(WeightFile file, string name)
    {
        if (!file.Shapes.TryGetValue(name, out IReadOnlyList<long>? shape) || shape.Aggregate(1L, (count, side) => count * side) != 3)
        {
            return null;
        }

        using TensorScope scope = new();
        return [.. file.Load(name).To(Device.Cpu, DType.Float64).ToArray<double>().Select(value => Math.Round(value, 4))];
    }
}
