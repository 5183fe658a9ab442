using System.Text.RegularExpressions;

namespace Panoptes.Cli.Parsing;

/// <summary>
/// Libraries name the property that a message is about (<c>ConversionOptions.CopyImages</c>); this is the one place that turns it into what
/// users type (<c>--copy-images</c>).
/// </summary>
internal static partial class OptionNames
{
    /// <summary>Replaces the properties in a message by the tool's options.</summary>
    /// <param name="message">A library's message.</param>
    public static string Translate(string message) => Properties().Replace(message, match => match.Value switch
    {
        "DatasetCheckOptions.Fix" => "'panoptes dataset check --fix'",
        "ShippedConfigs.Names" => "'panoptes model list'",
        "InputLimits.MaxPixels" => "--max-pixels (data.max_pixels in a configuration)",
        "InputLimits.MaxTiledPixels" => "--max-pixels",
        "TilingOptions.TileSize" => "--tile",
        "PretrainOptions.BatchSize" => "--batch",
        "InputLimits.MaxSide" => "--max-side (data.max_side in a configuration)",
        _ => "--" + WordStarts().Replace(match.Groups["property"].Value, "-$0").ToLowerInvariant(),
    });

    [GeneratedRegex(
        @"\b(?:(?:Ap|Conversion|DatasetCheck|DatasetView|Int8|Merge|Page|Pretrain|Subset|Tiling|Trainer)Options\.(?<property>[A-Z]\w*)"
        + @"|ShippedConfigs\.Names|InputLimits\.Max(?:Tiled)?(?:Pixels|Side))\b")]
    private static partial Regex Properties();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex WordStarts();
}
