using System.Globalization;

namespace Panoptes.Inference.Ciae;

/// <summary>
/// How CIAE's pixel embedding becomes a panoptic segmentation (Gao et al. 2020, IV-C). The defaults are the paper's where it names them.
/// </summary>
public sealed record CiaeOptions : MethodOptions
{
    /// <summary>The largest <see cref="EmbeddingDim"/>.</summary>
    public const int MaxEmbeddingDim = 256;

    /// <summary>Numbers that a pixel's embedding has, D. Default 32.</summary>
    public int EmbeddingDim { get; init; } = 32;

    /// <summary>Whose word the class of an instance is. Default the detector's.</summary>
    public CategorySource CategorySource { get; init; } = CategorySource.Detector;

    /// <summary>Detections with a lower score are no instances; 0..1. The paper does not give it. Default 0.45.</summary>
    public double InstanceThreshold { get; init; } = 0.45;

    /// <summary>Segments of stuff with fewer pixels, at the image's own size, become void; at least 0. Default 4096 (64 x 64).</summary>
    public int MinStuffArea { get; init; } = 4096;

    /// <summary>
    /// Instances with fewer pixels, at the image's own size, are dropped; at least 0. Default 0: only those without a pixel.
    /// </summary>
    public int MinThingArea { get; init; }

    /// <inheritdoc/>
    public override string Describe() => string.Create(
        CultureInfo.InvariantCulture, $"embeddings of {EmbeddingDim} dimensions, instances from a score of {InstanceThreshold}");

    /// <inheritdoc/>
    internal override Method Method => Method.Ciae;

    /// <inheritdoc/>
    internal override bool IsPanoptic => true;

    /// <inheritdoc/>
    internal override IEnumerable<string> ListOutputs(int levels) => [CiaeOutputs.Embedding, CiaeOutputs.Memory];

    /// <inheritdoc/>
    internal override void Validate(ModelCard card, CardCheck check)
    {
        check.RequireRange(EmbeddingDim, 1, MaxEmbeddingDim, "ciae.embedding_dim");
        check.Require(
            Enum.IsDefined(CategorySource), "ciae.category_source", $"is {CategorySource}; it must be detector or embedding");
        check.Require(
            InstanceThreshold is >= 0 and <= 1, "ciae.instance_threshold", $"is {InstanceThreshold}; it must lie in 0..1");
        check.Require(MinStuffArea >= 0, "ciae.min_stuff_area", $"is {MinStuffArea}; it must be at least 0");
        check.Require(MinThingArea >= 0, "ciae.min_thing_area", $"is {MinThingArea}; it must be at least 0");
    }

    /// <inheritdoc/>
    internal override IImageDecoder CreateDecoder(ModelCard card, double minScore) => new CiaeDecoder(card, minScore);
}
