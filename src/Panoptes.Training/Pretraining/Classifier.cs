using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Backbones;

namespace Panoptes.Training.Pretraining;

/// <summary>A backbone, the mean of its last features, and one linear layer (He et al. 2016, Section 3.3).</summary>
internal sealed class Classifier : Module
{
    private readonly ResNet _backbone;
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    /// <param name="backbone">The layers.</param>
    /// <param name="classes">Number of classes.</param>
    public Classifier(BackboneConfig backbone, int classes)
    {
        _backbone = Child("backbone", new ResNet(backbone));
        int channels = _backbone.Channels[^1];
        _weight = Parameter("fc.weight", Tensor.Randn([classes, channels]) * 0.01); // [classes, C]
        _bias = Parameter("fc.bias", Tensor.Zeros([classes]));
    }

    /// <summary>The backbone, with torchvision's names.</summary>
    public Module Backbone => _backbone;

    /// <summary>The mean features [N, C] of images [N, 3, H, W].</summary>
    public Tensor Features(Tensor images) => _backbone.Forward(images)[^1].Mean([2, 3]);

    /// <summary>The logits [N, classes] of features [N, C].</summary>
    public Tensor Classify(Tensor features) => features.Linear(_weight, _bias);
}
