using Panoptes.Training.Configuration;
using Panoptes.Training.Models;

namespace Panoptes.Training.Data;

/// <summary>How batches are made.</summary>
internal sealed record LoaderOptions
{
    private const int SemanticStride = 4; // of a semantic head's logits

    /// <summary>Sizes, mirroring and normalization.</summary>
    public InputConfig Input { get; init; } = new();

    /// <summary>Images in a batch, at least 1.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Threads that make batches; 0 makes each batch on the thread that asks for it. Default 2.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Batches that are made or under way ahead of the one that is asked for, at least 1. Default 4.</summary>
    public int Prefetch { get; init; } = 4;

    /// <summary>Names the order of the images and their augmentation.</summary>
    public ulong Seed { get; init; }

    /// <summary>Wide images and tall ones come in different batches, which saves padding. Default true.</summary>
    public bool AspectGrouping { get; init; } = true;

    /// <summary>
    /// Classes that a smaller part of the images shows are rare, and images with them come more often than once in an epoch; null
    /// (default) shows each image once.
    /// </summary>
    public double? RepeatThreshold { get; init; }

    /// <summary>
    /// Decoded images are kept in memory when the whole set needs no more bytes than this, and no more than a quarter of the
    /// machine's memory; 0 keeps none. Default 1 GiB.
    /// </summary>
    public long CacheBytes { get; init; } = 1L << 30;

    /// <summary>How large the images may be.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;

    /// <summary>Input pixels for each pixel of the target masks: 1, 2, 4 or 8. Default 4.</summary>
    public int MaskStride { get; init; } = 4;

    /// <summary>When a pixel of a target mask is foreground.</summary>
    public MaskTarget MaskTarget { get; init; } = MaskTarget.Any;

    /// <summary>
    /// How much of the image a target mask shows: the box grown by this factor; 0 or less for the whole input. Default 1.2.
    /// </summary>
    public double BoxExpand { get; init; } = 1.2;

    /// <summary>Whether masks are kept pixel by pixel, for losses that look at pixels. Default true.</summary>
    public bool PixelMasks { get; init; } = true;

    /// <summary>Side of the squares that masks are drawn to, for losses that look at a mask in its box; 0 draws none. Default 0.</summary>
    public int BoxMaskSize { get; init; }

    /// <summary>
    /// Input pixels for each label of <see cref="Batch.Segments"/>, as panoptic losses need them: 1 or 4; 0 makes no labels. Default 0.
    /// </summary>
    public int SegmentStride { get; init; }

    /// <summary>Which batches are made, where several processes share them; the others are only planned. Default: all.</summary>
    public LoaderShare Share { get; init; } = LoaderShare.All;

    /// <summary>
    /// Told the first warning of an image's reader (<see cref="Imaging.Image.Warnings"/>), from any thread; null (default) to ignore it.
    /// </summary>
    public Action<string>? Warn { get; init; }

    /// <summary>The options that a configuration describes.</summary>
    /// <exception cref="InputException">The method needs targets that the loader cannot make.</exception>
    public static LoaderOptions FromConfig(PanoptesConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        LoaderOptions options = new()
        {
            Input = config.Input,
            BatchSize = config.Schedule.BatchSize / config.Replicas,
            Workers = config.Data.Workers,
            Prefetch = config.Data.Prefetch,
            Seed = (ulong)config.Seed,
            AspectGrouping = config.Data.AspectGrouping,
            RepeatThreshold = config.Data.RepeatThreshold,
            Limits = config.Data.Limits,
            PixelMasks = false,
            SegmentStride = config.Model.Semantic.Enabled ? SemanticStride : 0,
        };
        return TrainingMethod.Of(config.Model.Method).RequestTargets(options, config.Model);
    }

    /// <summary>The cache's limit, with the machine's memory considered.</summary>
    internal long EffectiveCacheBytes => Math.Min(CacheBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
}
