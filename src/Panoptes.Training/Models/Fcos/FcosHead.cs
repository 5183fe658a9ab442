using System.Globalization;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Fcos;

/// <summary>
/// FCOS's head (Tian et al. 2019), shared by all levels: one tower for classes, one for boxes; class logits, the four distances to a
/// box's sides, centerness. A method that predicts more from the tower of boxes takes it from <see cref="FcosLevel.BoxTower"/>.
/// </summary>
internal sealed class FcosHead : Module
{
    private readonly Sequential _classTower;
    private readonly Sequential _boxTower;
    private readonly Conv2d _classLogits;
    private readonly Conv2d _distances;
    private readonly Conv2d _centerness;
    private readonly Tensor[] _scales;
    private readonly bool _centernessOnRegression;

    /// <summary>Builds the head.</summary>
    /// <param name="model">Widths, depth and options.</param>
    /// <param name="classes">Number of classes; there is no background class.</param>
    public FcosHead(ModelConfig model, int classes)
    {
        HeadConfig head = model.Head;
        _boxTower = Child("bbox_tower", ConvBlock.Tower(model.Fpn.Channels, head, head.Convs));
        _classTower = head.ShareTower ? _boxTower : Child("cls_tower", ConvBlock.Tower(model.Fpn.Channels, head, head.Convs));
        Width = head.Convs > 0 ? head.Channels : model.Fpn.Channels;

        // Every location starts with the class probability `prior`, or the many negatives would drown the first steps.
        double bias = Math.Log(head.Prior / (1 - head.Prior));
        _classLogits = Child("cls_logits", ConvBlock.Predictor(Width, classes, kernel: 3, bias));
        _distances = Child("bbox_pred", ConvBlock.Predictor(Width, 4, kernel: 3));
        _centerness = Child("centerness", ConvBlock.Predictor(Width, 1, kernel: 3));
        _scales = [.. Enumerable.Range(0, model.Fpn.Levels)
            .Select(i => Parameter(string.Create(CultureInfo.InvariantCulture, $"scales.{i}.scale"), Tensor.Ones([1])))];
        _centernessOnRegression = model.Fcos.CenternessOnRegression;
    }

    /// <summary>Channels of the towers' outputs.</summary>
    public int Width { get; }

    /// <summary>Applies the head to one level.</summary>
    /// <param name="feature">P(level + 3): [N, channels, h, w].</param>
    /// <param name="level">The level's index, from 0 for P3; it has a scale of its own.</param>
    public FcosLevel Forward(Tensor feature, int level)
    {
        Tensor boxTower = _boxTower.Forward(feature); // [N, width, h, w]
        Tensor classTower = ReferenceEquals(_classTower, _boxTower) ? boxTower : _classTower.Forward(feature);
        return new FcosLevel(
            ClassLogits: _classLogits.Forward(classTower), // [N, C, h, w]
            Distances: (_distances.Forward(boxTower) * _scales[level]).ReluInPlace(), // [N, 4, h, w]
            Centerness: _centerness.Forward(_centernessOnRegression ? boxTower : classTower), // [N, 1, h, w]
            BoxTower: boxTower);
    }
}
