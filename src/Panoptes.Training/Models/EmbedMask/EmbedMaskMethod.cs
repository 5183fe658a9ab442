using Panoptes.Inference;
using Panoptes.Inference.EmbedMask;
using Panoptes.Reports.Pages;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>EmbedMask (Ying et al. 2019, arXiv 1912.01954).</summary>
internal sealed class EmbedMaskMethod : TrainingMethod
{
    /// <inheritdoc/>
    public override Method Method => Method.EmbedMask;

    /// <inheritdoc/>
    public override string Title => "EmbedMask";

    /// <inheritdoc/>
    internal override (string Output, bool Directions)? PixelEmbedding => (EmbedMaskOutputs.PixelEmbedding, Directions: false);

    /// <inheritdoc/>
    internal override IEnumerable<ConfigProblem> Check(ModelConfig model)
    {
        HingeConfig hinge = model.EmbedMask.Hinge;
        if (hinge.Pull >= hinge.Push)
        {
            yield return new("model.embedmask.hinge.pull", $"{hinge.Pull:R} must be below push, {hinge.Push:R}.");
        }

        if (model.EmbedMask is { AddCoordinates: true, EmbeddingDim: < 2 })
        {
            yield return new("model.embedmask.add_coordinates", "needs an embedding_dim of at least 2.");
        }

        if (model.EmbedMask is { Margin: { LevelScales: true } margin, EmbeddingDim: int dimension }
            && (margin.Dims != MarginDims.PerDim || margin.Source == MarginSource.Constant || dimension < 2))
        {
            yield return new(
                "model.embedmask.margin.level_scales", "needs dims: per_dim, a learned margin and an embedding_dim of at least 2.");
        }
    }

    /// <inheritdoc/>
    internal override LoaderOptions RequestTargets(LoaderOptions options, ModelConfig model)
    {
        // The pixel embedding has stride 8 and is enlarged by the factor.
        int factor = model.EmbedMask.MaskScaleFactor;
        return factor is 1 or 2 or 4 or 8
            ? options with
            {
                PixelMasks = true,
                MaskStride = 8 / factor,
                MaskTarget = model.EmbedMask.MaskTarget,
                BoxExpand = model.EmbedMask.BoxExpand,
            }
            : throw InputException.ForSetting(null, $"model.embedmask.mask_scale_factor is {factor}, allowed is 1, 2, 4 or 8");
    }

    /// <inheritdoc/>
    internal override MethodOptions CreateOptions(ModelConfig model, MethodOptions? prepared)
    {
        EmbedMaskConfig config = model.EmbedMask;
        return new EmbedMaskOptions
        {
            EmbeddingDim = config.EmbeddingDim,
            MarginDim = config.Margin is { Dims: MarginDims.PerDim, Source: not MarginSource.Constant } ? config.EmbeddingDim : 1,
            MaskThreshold = config.MaskThreshold,
            ScaleFactor = config.MaskScaleFactor,
            Similarity = config.Loss == MaskLoss.Hinge ? Similarity.HingeDistance : Similarity.Gaussian,
            HingeDistance = config.Hinge.Threshold,
            ClusterCenter = config.ClusterCenter,
            Crop = config.Crop,
            Interpolation = config.Interpolation,
        };
    }

    /// <inheritdoc/>
    internal override TrainableModel CreateNetwork(PanoptesConfig config, int classes, MethodOptions? options, int stuffClasses) =>
        new EmbedMaskModel(config.Model, classes, stuffClasses) { Precision = config.Precision };

    /// <inheritdoc/>
    internal override string Explain(ModelConfig model) =>
        $"""
        <div>
        <h3>How EmbedMask works</h3>
        <p>A one-stage detector (FCOS) proposes boxes with their classes, and gives each proposal an <em>embedding</em> and a
        <em>margin</em>. A second branch gives every pixel an embedding of its own, trained to lie near that of the object it belongs
        to and away from the embeddings of others. An object’s mask is then read off: the pixels in its box whose embedding lies
        within the margin.</p>
        <p class="formula">{Rule(model.EmbedMask)}</p>
        </div>
        <div>
        <h3>Reading the pixel embeddings</h3>
        <p>The last column is the map of Figure 1 (c) in the EmbedMask paper: the {model.EmbedMask.EmbeddingDim} numbers of each pixel,
        projected onto their three strongest directions in this image and shown as red, green and blue. One object has one color, and
        objects that touch have different ones: that difference is what separates them. What lies far apart may share a color, since a
        mask never leaves its box.</p>
        </div>
        """;

    /// <summary>When a pixel x belongs to the object k: Eq. (3), or the fixed margin of Eq. (2) for the hinge loss.</summary>
    private static string Rule(EmbedMaskConfig model)
    {
        const string distance = "‖<i>p</i><sub>x</sub> − <i>Q</i><sub>k</sub>‖";
        return model.Loss == MaskLoss.Hinge
            ? $"{distance} &lt; {Html.Short(model.Hinge.Threshold)}"
            : $"<i>φ</i>(<i>x</i>, <i>k</i>) = exp( −{distance}² ∕ 2<i>σ</i><sub>k</sub>² ) &gt; {Html.Short(model.MaskThreshold)}";
    }
}
