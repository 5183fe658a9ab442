using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Fcos;
using Panoptes.Training.Models.Semantic;

namespace Panoptes.Training.Models.Ciae;

/// <summary>
/// CIAE's two branches (IV-A and Figure 3): the proposal head, which is FCOS's with a box embedding on its regression tower, and the
/// embedding branch on P2 to P5, which gives every pixel an embedding.
/// </summary>
internal sealed class CiaeHead : Module
{
    private readonly FcosHead _fcos;
    private readonly SemanticBranch _branch;
    private readonly Conv2d _pixelEmbedding;
    private readonly Conv2d? _boxEmbedding;
    private readonly Conv2d? _fusion;
    private readonly Conv2d? _semanticLogits;

    /// <summary>Builds the head.</summary>
    /// <param name="model">Widths, depths and options.</param>
    /// <param name="detectorClasses">Number of classes that the detector tells apart.</param>
    /// <param name="stuffClasses">Number of stuff classes S.</param>
    public CiaeHead(ModelConfig model, int detectorClasses, int stuffClasses)
    {
        CiaeConfig config = model.Ciae;
        _fcos = Child("fcos", new FcosHead(model, detectorClasses));
        _branch = Child("embed_branch", new SemanticBranch(model.Fpn.Channels, config.Channels, config.NormGroups, config.CoordConv));
        _pixelEmbedding = Child("pixel_embed_pred", ConvBlock.Predictor(config.Channels, config.EmbeddingDim, kernel: 1));
        if (config.BoxEmbedding)
        {
            _boxEmbedding = Child("box_embed_pred", ConvBlock.Predictor(_fcos.Width, config.EmbeddingDim, kernel: 3));
            _fusion = Child("box_embed_fusion", ConvBlock.Predictor(config.EmbeddingDim, config.EmbeddingDim, kernel: 3));
        }

        if (model.Semantic.Enabled)
        {
            _semanticLogits = Child("semantic_pred", ConvBlock.Predictor(config.Channels, stuffClasses + 1, kernel: 1));
        }
    }

    /// <summary>Applies the head.</summary>
    /// <param name="features">P2 and up: [N, channels, h, w] of each level.</param>
    public CiaeOutput Forward(IReadOnlyList<Tensor> features)
    {
        FcosLevel[] levels = [.. features.Skip(1).Select(_fcos.Forward)]; // P3 .. P7
        Tensor branch = _branch.Forward(features); // [N, channels, H/4, W/4]
        Tensor embedding = _pixelEmbedding.Forward(branch); // P': [N, D, H/4, W/4]
        if (_boxEmbedding is not null)
        {
            embedding += _fusion!.Forward(BoxEmbeddings(levels, features[0])); // P' + P''
        }

        return new CiaeOutput(levels, embedding, _semanticLogits?.Forward(branch));
    }

    // The sum of all levels' box embeddings, each brought to P2's size. Nothing else teaches them than the pixels they end up in.
    private Tensor BoxEmbeddings(FcosLevel[] levels, Tensor finest)
    {
        Tensor? sum = null;
        foreach (FcosLevel level in levels)
        {
            Tensor embedding = Places.EnlargeTo(_boxEmbedding!.Forward(level.BoxTower), finest); // [N, D, H/4, W/4]
            sum = sum is null ? embedding : sum + embedding;
        }

        return sum!;
    }
}
