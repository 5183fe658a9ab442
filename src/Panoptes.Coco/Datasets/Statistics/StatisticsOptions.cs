using Panoptes.Inference;

namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>What statistics of a dataset are made with.</summary>
public sealed record StatisticsOptions
{
    /// <summary>The folder of a panoptic dataset's PNGs: areas are then counted, and what is void. Null believes the JSON.</summary>
    public string? PanopticFolder { get; init; }

    /// <summary>Length that an image's short side gets before the network sees it; decides objects' levels. Default 800.</summary>
    public int ShortSide { get; init; } = new PreprocessingOptions().ShortSide;

    /// <summary>Upper bound of the long side. Default 1333.</summary>
    public int LongSide { get; init; } = new PreprocessingOptions().LongSide;

    /// <summary>The lengths, in pixels of the network's input, that part the pyramid's levels. Default: FCOS's 64, 128, 256, 512.</summary>
    public IReadOnlyList<double> LevelBoundaries { get; init; } = [64, 128, 256, 512];

    /// <summary>How many pairs of classes are listed. Default 20.</summary>
    public int Pairs { get; init; } = 20;

    /// <summary>How large images may be that the file declares.</summary>
    public InputLimits Limits { get; init; } = InputLimits.Default;
}
