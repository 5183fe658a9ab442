using System.Globalization;
using Panoptes.Inference.EmbedMask;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models.Fcos;

namespace Panoptes.Training.Models.EmbedMask;

/// <summary>
/// EmbedMask's head (3.1 and Figure 2): FCOS's head, a proposal embedding q and a margin for every location, and the pixel head on P3
/// that gives every pixel an embedding p.
/// </summary>
internal sealed class EmbedMaskHead : Module
{
    /// <summary>exp(10): no margin needs more, and what follows stays finite.</summary>
    private const double LargestLogMargin = 10;

    /// <summary>The later version of the method adds locations in pixels times a learned scale, divided by this.</summary>
    private const double CoordinateDivisor = 100;

    private readonly EmbedMaskConfig _config;
    private readonly FcosHead _fcos;
    private readonly Conv2d? _proposalEmbedding;
    private readonly Conv2d? _margin;
    private readonly Tensor[] _marginScales = [];
    private readonly Sequential _pixelTower;
    private readonly Conv2d _pixelEmbedding;
    private readonly Tensor? _positionScale;

    /// <summary>Builds the head.</summary>
    /// <param name="model">Widths, depths and options.</param>
    /// <param name="classes">Number of classes.</param>
    public EmbedMaskHead(ModelConfig model, int classes)
    {
        _config = model.EmbedMask;
        _fcos = Child("fcos", new FcosHead(model, classes));
        if (_config.ClusterCenter == ClusterCenter.Proposal)
        {
            _proposalEmbedding = Child("proposal_embed_pred", ConvBlock.Predictor(_fcos.Width, _config.EmbeddingDim, kernel: 3));
        }

        if (_config.Loss == MaskLoss.Lovasz && _config.Margin.Source != MarginSource.Constant)
        {
            int outputs = _config.Margin.Dims == MarginDims.PerDim ? _config.EmbeddingDim : 1;
            double bias = Math.Log(ConstantMargin(_config));
            _margin = Child("proposal_margin_pred", _config.Margin.Source == MarginSource.BoxRegression
                ? ConvBlock.Predictor(4, outputs, kernel: 1, bias)
                : ConvBlock.Predictor(_fcos.Width, outputs, kernel: 3, bias));
            if (_config.Margin.LevelScales)
            {
                _marginScales = [.. Enumerable.Range(0, model.Fpn.Levels)
                    .Select(i => Parameter(string.Create(CultureInfo.InvariantCulture, $"margin_scales.{i}.scale"), Tensor.Ones([1])))];
            }
        }

        _pixelTower = Child("mask_tower", ConvBlock.Tower(model.Fpn.Channels, model.Head, _config.MaskConvs));
        int width = _config.MaskConvs > 0 ? model.Head.Channels : model.Fpn.Channels;
        _pixelEmbedding = Child("pixel_embed_pred", ConvBlock.Predictor(width, _config.EmbeddingDim, kernel: 3));
        _positionScale = _config.AddCoordinates ? Parameter("position_scale", Tensor.Ones([1])) : null;
    }

    /// <summary>The margin at which φ = 0.5 at the distance <c>margin.prior</c>: m = ln 2 / prior².</summary>
    public static double ConstantMargin(EmbedMaskConfig config) => Math.Log(2) / (config.Margin.Prior * config.Margin.Prior);

    /// <summary>Applies the head to P3 and up.</summary>
    /// <param name="features">[N, channels, h, w] of each level.</param>
    public EmbedMaskOutput Forward(IReadOnlyList<Tensor> features)
    {
        List<FcosLevel> levels = new();
        List<Tensor> embeddings = new();
        List<Tensor> margins = new();
        for (int i = 0; i < features.Count; i++)
        {
            FcosLevel level = _fcos.Forward(features[i], i);
            int stride = 8 << i;
            levels.Add(level);
            if (_proposalEmbedding is not null)
            {
                Tensor q = _proposalEmbedding.Forward(Divide(level.BoxTower, _config.EmbeddingReduceFactor)); // [N, D, h, w]
                embeddings.Add(AddCoordinates(q, stride));
            }

            if (_margin is not null)
            {
                Tensor logMargin = ScaleCoordinates(_margin.Forward(MarginInput(level, stride)), i);
                margins.Add(logMargin.ClampMax(LargestLogMargin).Exp()); // [N, 1 or D, h, w]
            }
        }

        Tensor p = _pixelEmbedding.Forward(_pixelTower.Forward(features[0])); // [N, D, H/8, W/8]
        return new EmbedMaskOutput(levels, embeddings, margins, AddCoordinates(p, 8));
    }

    // The paper's margin sees only the box, in pixels / 800, and sends no gradient back into it.
    private Tensor MarginInput(FcosLevel level, int stride)
    {
        if (_config.Margin.Source == MarginSource.Tower)
        {
            return Divide(level.BoxTower, _config.Margin.ReduceFactor);
        }

        Tensor box = _config.Margin.Detach ? level.Distances.Detach() : level.Distances;
        return box * (stride / _config.Margin.Scale);
    }

    private Tensor ScaleCoordinates(Tensor margin, int level) => _marginScales.Length == 0
        ? margin
        : Tensor.Cat([margin.Narrow(1, 0, 2) * _marginScales[level], margin.Narrow(1, 2, margin.Size(1) - 2)], 1);

    private Tensor AddCoordinates(Tensor embedding, int stride)
    {
        if (_positionScale is null)
        {
            return embedding;
        }

        Tensor place = Places.InPixels(embedding, stride) * (_positionScale / CoordinateDivisor); // [1, 2, h, w]
        return Tensor.Cat([embedding.Narrow(1, 0, 2) + place, embedding.Narrow(1, 2, embedding.Size(1) - 2)], 1);
    }

    private static Tensor Divide(Tensor x, double factor) => factor == 1 ? x : x / factor;
}
