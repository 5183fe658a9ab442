using System.ComponentModel.DataAnnotations;

namespace Panoptes.Training.Configuration;

/// <summary>The images and annotations to train on and to validate on, and how they are loaded.</summary>
public sealed record DataConfig
{
    /// <summary>Folder at which the relative paths of <c>train</c> and <c>val</c> in files start; null: the file's own folder.</summary>
    [ConfigPath]
    public string? Root { get; init; }

    /// <summary>What is trained on.</summary>
    public DatasetConfig Train { get; init; } = new();

    /// <summary>What is evaluated on while training; may be empty.</summary>
    public DatasetConfig Val { get; init; } = new();

    /// <summary>Threads that load and augment images.</summary>
    [Range(1, 256)]
    public int Workers { get; init; } = 2;

    /// <summary>Batches kept ready ahead of the trainer.</summary>
    [Range(1, 256)]
    public int Prefetch { get; init; } = 4;

    /// <summary>Puts wide images and tall ones into different batches, which saves padding.</summary>
    public bool AspectGrouping { get; init; } = true;

    /// <summary>Leaves out training images without an object; for a panoptic network, without a segment.</summary>
    public bool FilterEmpty { get; init; } = true;

    /// <summary>
    /// Part t of the training images below which a class is rare. An image comes √(t / f) times in an epoch, f being the part of the images
    /// that show its rarest class (repeat factor sampling, LVIS); 0.001 on LVIS, 0.1 or more on small datasets. null shows each once.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? RepeatThreshold { get; init; }

    /// <summary>The most pixels of an image; a larger one ends the run before memory is taken for it.</summary>
    [Range(1, int.MaxValue)]
    public int MaxPixels { get; init; } = 200_000_000;

    /// <summary>The most columns, and the most rows, of an image.</summary>
    [Range(1, int.MaxValue)]
    public int MaxSide { get; init; } = 100_000;

    /// <summary>How large the images may be.</summary>
    internal InputLimits Limits => InputLimits.Default with { MaxPixels = MaxPixels, MaxSide = MaxSide };
}
