using System.CommandLine;

namespace Panoptes.Cli.Input;

/// <summary><c>--max-pixels</c> and <c>--max-side</c>: how large the images of a command may be (<see cref="InputLimits"/>).</summary>
internal sealed class LimitOptions
{
    /// <summary><c>--max-pixels</c>.</summary>
    public Option<long> MaxPixels { get; } = new("--max-pixels")
    {
        Description = "The most pixels of an image; larger ones are refused before memory is taken for them.",
        HelpName = "N",
        DefaultValueFactory = _ => InputLimits.Default.MaxPixels,
    };

    /// <summary><c>--max-side</c>.</summary>
    public Option<int> MaxSide { get; } = new("--max-side")
    {
        Description = "The most columns, and the most rows, of an image.",
        HelpName = "N",
        DefaultValueFactory = _ => InputLimits.Default.MaxSide,
    };

    /// <summary>The limits that a command line sets.</summary>
    /// <exception cref="InputException">One of them is below 1.</exception>
    public InputLimits Of(ParseResult arguments)
    {
        long pixels = arguments.GetValue(MaxPixels);
        return new InputLimits
        {
            MaxPixels = pixels >= 1 ? pixels : throw new InputException($"--max-pixels {pixels}: it must be at least 1"),
            MaxSide = InputNumber.AtLeastOne(arguments, MaxSide),
        };
    }
}
