using Panoptes.Testing;
using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Parity.Tests;

/// <summary>
/// FCOS's head against torchvision's, which has no scale for each level: relu(s · x) = s · relu(x) for positive s, so that its
/// distances times our scale must be ours.
/// </summary>
public sealed class FcosHeadParityTests
{
    private const int Classes = 7;

    [Fact]
    public void Logits_distances_and_centerness_agree_with_torchvision()
    {
        PythonOracle.SkipUnlessAvailable();
        using TensorScope scope = new();
        TorchRuntime.Seed(10);
        ModelConfig model = new() { Fpn = new() { Channels = 64 }, Head = new() { Channels = 64, Convs = 4, NormGroups = 32 } };
        Tensor[] features = [.. Enumerable.Range(0, 5).Select(i => Tensor.Randn([2, 64, 1 + (15 >> i), 1 + (19 >> i)]))];
        IReadOnlyDictionary<string, OracleArray> expected = PythonOracle.Run(
            """
            from torchvision.models.detection.fcos import FCOSClassificationHead, FCOSRegressionHead
            torch.manual_seed(11)
            heads = {'class': FCOSClassificationHead(64, 1, 7), 'box': FCOSRegressionHead(64, 1)}
            for kind, head in heads.items():
                for key, value in head.state_dict().items():
                    # Untrained heads are nearly constant: spread them.
                    torch.nn.init.normal_(value, 0.2 if value.dim() == 1 else 0, 0.3 if value.dim() == 1 else 0.06)
                    out[f'weight:{kind}.{key}'] = value
            features = [p3, p4, p5, p6, p7]
            with torch.no_grad():
                out['class'] = heads['class'](features).flatten(0, 1)
                distances, centerness = heads['box'](features)
                out['distances'], out['centerness'] = distances.flatten(0, 1), centerness.flatten()
            """,
            [.. features.Select((feature, i) => ($"p{i + 3}", feature.ToOracle()))]);

        using FcosHead head = new(model, Classes);
        using NoGrad noGrad = new();
        foreach ((string name, Tensor value) in head.Parameters())
        {
            if (name.StartsWith("scales.", StringComparison.Ordinal))
            {
                Init.Uniform(value, 0.5, 2);
                continue;
            }

            value.CopyInPlace(expected[$"weight:{TorchvisionName(name)}"].ToTensor());
        }

        FlatOutputs outputs = FlatOutputs.From([.. features.Select((feature, i) => head.Forward(feature, i))]);
        expected["class"].AssertClose(outputs.ClassLogits, 1e-4);
        expected["centerness"].AssertClose(outputs.Centerness, 1e-4);

        // One scale for every row of the flattened levels.
        double[] scales =
            [.. head.Parameters().Where(p => p.Name.EndsWith(".scale", StringComparison.Ordinal)).Select(p => p.Value.ToDouble())];
        IEnumerable<float> ofImage = features.SelectMany((f, i) => Enumerable.Repeat((float)scales[i], (int)(f.Size(2) * f.Size(3))));
        float[] rows = [.. ofImage, .. ofImage];
        Tensor wanted = expected["distances"].ToTensor() * Tensor.From<float>(rows, [rows.Length, 1]);
        wanted.ToOracle().AssertClose(outputs.Distances, 1e-4);
    }

    private static string TorchvisionName(string name) => name
        .Replace("cls_tower.", "class.conv.", StringComparison.Ordinal)
        .Replace("bbox_tower.", "box.conv.", StringComparison.Ordinal)
        .Replace("cls_logits.", "class.cls_logits.", StringComparison.Ordinal)
        .Replace("bbox_pred.", "box.bbox_reg.", StringComparison.Ordinal)
        .Replace("centerness.", "box.bbox_ctrness.", StringComparison.Ordinal);
}
