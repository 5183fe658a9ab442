using System.Globalization;
using Microsoft.Extensions.Logging;
using Panoptes.Coco.Codecs;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Models.MEInst;

/// <summary>
/// Where MEInst's mask codec comes from: a file, the model whose weights training starts from, or a fit to what is trained on.
/// </summary>
internal static class TrainingCodec
{
    /// <summary>The codec of a run that begins; null where the configuration needs none.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="logger">Told what was fitted.</param>
    /// <exception cref="InputException">The file is not a codec or another one, or there are too few masks to fit one.</exception>
    public static MaskCodec? Create(PanoptesConfig config, ILogger logger)
    {
        MEInstConfig model = config.Model.MEInst;
        if (model.Encoding == MaskEncoding.None)
        {
            return null;
        }

        MaskCodecOptions options = new()
        {
            Size = model.Size,
            Dimension = model.Dimension,
            Space = model.Space,
            Smoothing = model.Smoothing,
            Whiten = model.Whiten,
            ByClass = model.ByClass,
        };
        return model.Codec is { } path ? Read(path, options)
            : config.Model.Weights is { } weights and not ModelConfig.ImageNet && OfWeights(weights, options, logger) is { } own ? own
            : Fit(config.Data.Train, options, config.Data.Limits, logger);
    }

    // Weights were trained to give one codec's numbers: with another codec they would have to learn them again.
    private static MaskCodec? OfWeights(string path, MaskCodecOptions options, ILogger logger)
    {
        if (!ModelHeader.Read(path).Metadata.TryGetValue(ModelCard.MetadataKey, out string? card)
            || ModelCard.Parse(card, path).MethodOptions is not MEInstOptions { Codec: { } codec })
        {
            return null;
        }

        if (codec is PcaCodec pca ? pca.Options != options : codec.Size != options.Size || codec.Dimension != options.Dimension)
        {
            logger.LogWarning("{Path}: its codec is not the one that model.meinst asks for; another is fitted", path);
            return null;
        }

        logger.LogInformation("{Path}: its codec is kept", path);
        return codec;
    }

    // Components are kept beyond the dimension, and whitening is applied to them: any dimension and whitening can be had from one file. An
    // auto-encoder is as it is, and has no space, smoothing or classes.
    private static MaskCodec Read(string path, MaskCodecOptions options)
    {
        MaskCodec codec = CodecFile.Load(path);
        Require("size", codec.Size, options.Size);
        if (codec is not PcaCodec stored)
        {
            Require("dimension", codec.Dimension, options.Dimension);
            return codec;
        }

        MaskCodecOptions found = stored.Options;
        Require("space", found.Space, options.Space);
        Require("smoothing", found.Smoothing, options.Smoothing);
        Require("by_class", found.ByClass, options.ByClass);
        return stored.MostComponents >= options.Dimension
            ? new PcaCodec(options, stored.Components)
            : throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"model.meinst.dimension is {options.Dimension}, but this codec has {stored.MostComponents} components");

        void Require<T>(string key, T has, T wanted)
            where T : struct
        {
            if (!has.Equals(wanted))
            {
                throw new InputException(
                    InputErrorKind.Invalid, path, null,
                    $"model.meinst.{key} is {Text(wanted)}, but this codec was fitted with {Text(has)}");
            }
        }

        static string Text<T>(T value) => string.Create(CultureInfo.InvariantCulture, $"{value}").ToLowerInvariant();
    }

    private static PcaCodec Fit(DatasetConfig data, MaskCodecOptions options, InputLimits limits, ILogger logger)
    {
        string annotations = data.Annotations ?? data.Panoptic!;
        MaskSet masks = data.Annotations is not null
            ? MaskSet.Load(annotations, options.Size, limits)
            : MaskSet.Of(PanopticImages.ReadObjects(PanopticImages.Load(annotations, limits), data.PanopticFolder!), options.Size);
        if (masks.Count < 2)
        {
            throw new InputException(
                InputErrorKind.Invalid, annotations, null,
                $"has {masks.Count} masks, too few to fit a codec; give one of other data with model.meinst.codec=FILE");
        }

        PcaCodec codec = PcaFit.Fit(masks, options);
        logger.LogInformation(
            "{Path}: fitted a codec to {Masks} masks: {Dimension} numbers hold {Variance:P1} of their variance",
            annotations, masks.Count, codec.Dimension, codec.ExplainedVariance);
        return codec;
    }
}
