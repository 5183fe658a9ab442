using System.ComponentModel.DataAnnotations;
using Panoptes.Inference.Ciae;

namespace Panoptes.Training.Models.Ciae;

/// <summary>CIAE: the pixel embedding, its memory of categories, and the losses that teach both. The defaults are the paper's.</summary>
public sealed record CiaeConfig
{
    /// <summary>Numbers of a pixel's embedding, D.</summary>
    [Range(1, 256)]
    public int EmbeddingDim { get; init; } = 32;

    /// <summary>Channels of the embedding branch.</summary>
    [Range(8, 1024)]
    public int Channels { get; init; } = 128;

    /// <summary>Groups of the embedding branch's group_norm; must divide <c>channels</c>.</summary>
    [Range(1, 1024)]
    public int NormGroups { get; init; } = 32;

    /// <summary>Tells the embedding branch's convolutions on P5 where in the image they are (CoordConv).</summary>
    public bool CoordConv { get; init; } = true;

    /// <summary>Adds what the box tower says of each location, the box embeddings of all levels, to the pixel embedding.</summary>
    public bool BoxEmbedding { get; init; } = true;

    /// <summary>What the memory knows of the classes of things.</summary>
    public ThingClasses Things { get; init; } = ThingClasses.Merge;

    /// <summary>The detector finds things without telling their classes apart; needs <c>category_source: embedding</c>.</summary>
    public bool MergeDetector { get; init; }

    /// <summary>Requires the location of a positive sample (class, box and centerness) to lie inside the object's mask.</summary>
    public bool SampleInMask { get; init; } = true;

    /// <summary>
    /// Input pixels for each pixel of the embedding losses: 1, the paper's full resolution, or 4, the embedding's own, which takes a
    /// fraction of the time.
    /// </summary>
    [AllowedValues(1, 4)]
    public int LossStride { get; init; } = 1;

    /// <summary>How much nearer a pixel must be to its own query than to any other, in cosine distance.</summary>
    [Range(0.0, 2.0)]
    public double Margin { get; init; } = 0.15;

    /// <summary>The queries with the highest losses that a pixel learns from, its own among them; 0 takes all.</summary>
    [Range(0, 10_000)]
    public int TopK { get; init; } = 5;

    /// <summary>
    /// Another reading of the paper's top-K: every pixel looks at all queries, and this share of the pixels, those with the highest losses,
    /// is learned from, in percent. null reads it as <c>top_k</c>.
    /// </summary>
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double? HardPixelPercent { get; init; }

    /// <summary>
    /// A pixel is told apart from the instances whose box, grown by this factor, it lies in: 1 is the box itself, 0 takes every instance of
    /// the image.
    /// </summary>
    [Range(0.0, 10.0)]
    public double BoxFilter { get; init; } = 1.5;

    /// <summary>Weight of things' pixels in the instance loss.</summary>
    [Range(0.0, 1e3)]
    public double ThingWeight { get; init; } = 5;

    /// <summary>Weight of the category loss L_CAE.</summary>
    [Range(0.0, 1e3)]
    public double CategoryWeight { get; init; } = 1;

    /// <summary>Weight alpha of the instance loss L_IAE.</summary>
    [Range(0.0, 1e3)]
    public double InstanceWeight { get; init; } = 2;

    /// <summary>Sends no gradient through the mean embeddings of instances, which pixels are compared with.</summary>
    public bool DetachMeans { get; init; }

    /// <summary>
    /// Share of the memory that a step keeps. null lets it rise from 0.9999 to 1 along the schedule (Eq. 13); a number is kept throughout.
    /// </summary>
    [Range(0.0, 1.0)]
    public double? Momentum { get; init; }

    /// <summary>What names the class of an instance when predicting.</summary>
    public CategorySource CategorySource { get; init; } = CategorySource.Detector;

    /// <summary>Detections with a lower score are no instances of a panoptic result.</summary>
    [Range(0.0, 1.0)]
    public double InstanceThreshold { get; init; } = 0.45;

    /// <summary>Segments of stuff with fewer pixels, at the image's own size, become void.</summary>
    [Range(0, int.MaxValue)]
    public int MinStuffArea { get; init; } = 4096;

    /// <summary>Instances with fewer pixels, at the image's own size, are dropped.</summary>
    [Range(0, int.MaxValue)]
    public int MinThingArea { get; init; }
}
