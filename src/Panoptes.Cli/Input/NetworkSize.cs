using System.CommandLine;
using Panoptes.Inference;

namespace Panoptes.Cli.Input;

/// <summary>The option for the size at which a model sees images.</summary>
internal static class NetworkSize
{
    // What a configuration allows for training.
    private const int Least = 16;
    private const int Most = 8192;

    /// <summary>The option.</summary>
    public static Option<int?> Create() => new("--short-side")
    {
        Description = "Resize images to a short side of N pixels instead of the model's own size: fewer pixels are faster, more show "
            + "smaller objects.",
        HelpName = "N",
    };

    /// <summary>The short side that was asked for; null where the option is not given.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="option">The option.</param>
    /// <exception cref="InputException">The number is out of range.</exception>
    public static int? Read(ParseResult arguments, Option<int?> option) => arguments.GetValue(option) switch
    {
        (< Least or > Most) and var side =>
            throw InputException.ForSetting(null, $"{option.Name} {side}: it must be a whole number from {Least} to {Most}"),
        var side => side,
    };

    /// <summary>The model's preprocessing at another size; the limit of the long side changes with it.</summary>
    /// <param name="shortSide">The short side, from <see cref="Read"/>; null keeps the model's own size.</param>
    /// <param name="card">The model.</param>
    /// <returns>Null for the model's own size.</returns>
    public static PreprocessingOptions? Of(int? shortSide, ModelCard card)
    {
        if (shortSide is not { } side) return null;
        PreprocessingOptions own = card.Preprocessing;
        long longSide = (long)own.LongSide * side / own.ShortSide;
        return own with { ShortSide = side, LongSide = (int)Math.Clamp(longSide, side, PreprocessingOptions.MaxSide) };
    }
}
