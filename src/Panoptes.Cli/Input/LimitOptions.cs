using System.CommandLine;
using Panoptes.Cli.Parsing;

namespace Panoptes.Cli.Input;

/// <summary><c>--max-pixels</c> and <c>--max-side</c>: how large the images of a command may be (<see cref="InputLimits"/>).</summary>
internal sealed class LimitOptions
{
    /// <summary><c>--max-pixels</c>.</summary>
    public Option<int> MaxPixels { get; } = new("--max-pixels")
    {
        Description = "Maximum number of pixels in an image; larger ones are refused before memory is allocated.",
        HelpName = "N",
        DefaultValueFactory = _ => (int)InputLimits.Default.MaxPixels, // an image has no more pixels than an int counts
    };

    /// <summary><c>--max-side</c>.</summary>
    public Option<int> MaxSide { get; } = new("--max-side")
    {
        Description = "Maximum number of columns, and of rows, in an image.",
        HelpName = "N",
        DefaultValueFactory = _ => InputLimits.Default.MaxSide,
    };

    /// <summary>The limits that a command line sets.</summary>
    /// <exception cref="InputException">One of them is below 1.</exception>
    public InputLimits Of(ParseResult arguments) => new()
    {
        MaxPixels = InputNumber.AtLeastOne(arguments, MaxPixels),
        MaxTiledPixels = arguments.IsTyped(MaxPixels)
            ? InputNumber.AtLeastOne(arguments, MaxPixels)
            : InputLimits.Default.MaxTiledPixels,
        MaxSide = InputNumber.AtLeastOne(arguments, MaxSide),
    };
}
