using System.Text.Json.Serialization;
using Panoptes.Inference;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Ciae;
using Panoptes.Training.Models.EmbedMask;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Training.Configuration;

/// <summary>The network, its losses and the decoding of its outputs.</summary>
public sealed record ModelConfig
{
    /// <summary>The word that stands in <see cref="Weights"/> for the ImageNet weights that come with the application.</summary>
    public const string ImageNet = "imagenet";

    /// <summary>The way from a box to a mask.</summary>
    public Method Method { get; init; } = Method.EmbedMask;

    /// <summary>
    /// What to start from: <c>imagenet</c>, the ResNet-18 that comes with the tool; a trained model that comes with it, by its name, such
    /// as <c>nuclei</c>; or a safetensors file with a backbone or a whole model. null starts from random weights. What the weights expect
    /// of <c>input</c> and <c>model.backbone</c> is set where no file or argument says otherwise, and checked.
    /// </summary>
    [ConfigPath(Word = ImageNet, IsModel = true)]
    public string? Weights { get; init; }

    /// <summary>The residual network that makes C3, C4 and C5.</summary>
    public BackboneConfig Backbone { get; init; } = new();

    /// <summary>The feature pyramid: P3 and up.</summary>
    public FpnConfig Fpn { get; init; } = new();

    /// <summary>The towers of convolutions that all pyramid levels share.</summary>
    public HeadConfig Head { get; init; } = new();

    /// <summary>The FCOS detector: its targets and losses.</summary>
    public FcosConfig Fcos { get; init; } = new();

    /// <summary>EmbedMask: embeddings, margins and mask losses. Read when <c>model.method</c> is <c>embedmask</c>.</summary>
    [JsonPropertyName("embedmask")]
    public EmbedMaskConfig EmbedMask { get; init; } = new();

    /// <summary>MEInst: the mask encoding, its tower and its loss. Read when <c>model.method</c> is <c>meinst</c>.</summary>
    [JsonPropertyName("meinst")]
    public MEInstConfig MEInst { get; init; } = new();

    /// <summary>CIAE: the pixel embedding, its memory and its losses. Read when <c>model.method</c> is <c>ciae</c>.</summary>
    public CiaeConfig Ciae { get; init; } = new();

    /// <summary>A semantic head next to the method's own, for panoptic results of any method.</summary>
    public SemanticConfig Semantic { get; init; } = new();

    /// <summary>Whether the network labels every pixel, things and stuff, and not only objects.</summary>
    public bool IsPanoptic => TrainingMethod.Of(Method).IsPanoptic || Semantic.Enabled;

    /// <summary>From raw outputs to detections.</summary>
    public DetectionConfig Detection { get; init; } = new();
}
