using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Models.Ciae;

/// <summary>CIAE (Gao et al. 2020, arXiv 2009.13342).</summary>
internal sealed class CiaeMethod : TrainingMethod
{
    /// <inheritdoc/>
    public override Method Method => Method.Ciae;

    /// <inheritdoc/>
    public override string Title => "CIAE";

    /// <inheritdoc/>
    public override bool IsPanoptic => true;

    /// <inheritdoc/>
    internal override (string Output, bool Directions)? PixelEmbedding => (CiaeOutputs.Embedding, Directions: true);

    /// <inheritdoc/>
    internal override IEnumerable<ConfigProblem> Check(ModelConfig model)
    {
        CiaeConfig config = model.Ciae;
        if (config.Channels % config.NormGroups != 0)
        {
            yield return new(
                "model.ciae.norm_groups", $"{config.NormGroups} groups do not divide model.ciae.channels, {config.Channels} channels.");
        }

        if (config.CategorySource == CategorySource.Embedding && config.Things != ThingClasses.Specific)
        {
            yield return new("model.ciae.category_source",
                "embedding compares an instance with the memory of each class of things: it needs things: specific.");
        }

        if (config.MergeDetector && config.CategorySource != CategorySource.Embedding)
        {
            yield return new("model.ciae.merge_detector",
                "leaves the detector without classes, which the embedding must name: it needs category_source: embedding.");
        }
    }

    /// <inheritdoc/>
    internal override LoaderOptions RequestTargets(LoaderOptions options, ModelConfig model) =>
        options with { SegmentStride = model.Ciae.LossStride };

    /// <inheritdoc/>
    internal override MethodOptions CreateOptions(ModelConfig model, MethodOptions? prepared) => new CiaeOptions
    {
        EmbeddingDim = model.Ciae.EmbeddingDim,
        CategorySource = model.Ciae.CategorySource,
        InstanceThreshold = model.Ciae.InstanceThreshold,
        MinStuffArea = model.Ciae.MinStuffArea,
        MinThingArea = model.Ciae.MinThingArea,
    };

    /// <inheritdoc/>
    internal override TrainableModel CreateNetwork(PanoptesConfig config, int classes, MethodOptions? options, int stuffClasses) =>
        new CiaeModel(config.Model, classes, stuffClasses, config.Schedule.Iterations) { Precision = config.Precision };

    /// <inheritdoc/>
    internal override string Explain(ModelConfig model) =>
        $"""
        <div>
        <h3>How CIAE works</h3>
        <p>A one-stage detector (FCOS) proposes boxes with their classes. Next to it, every pixel gets an <em>embedding</em>, trained to
        point the same way as those of its own segment and away from all others. What is looked for are <em>queries</em>: one that is kept
        in memory for each class of stuff, and for each proposal the embedding of the pixel that proposed it. A pixel belongs to the query
        that is nearest, and to a proposal only inside its box.</p>
        <p class="formula">label(<i>x</i>) = arg max<sub>k</sub> cos( <i>p</i><sub>x</sub>, <i>q</i><sub>k</sub> )</p>
        </div>
        <div>
        <h3>Reading the pixel embeddings</h3>
        <p>The last column is the map of Figures 4 and 6 in the CIAE paper: the {model.Ciae.EmbeddingDim} numbers of each pixel, projected
        onto their three strongest directions in this image and shown as red, green and blue. Stuff has one color, things others, and
        things of a class that touch differ among themselves.</p>
        </div>
        """;
}
