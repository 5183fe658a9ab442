using System.CommandLine;

namespace Panoptes.Cli.Parsing;

/// <summary>Tells options that were typed from those that have their default.</summary>
internal static class TypedOptions
{
    /// <summary>Whether an option was typed.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="option">The option.</param>
    public static bool IsTyped(this ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    /// <summary>Refuses options that have no effect without another one.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="needed">The option that is missing.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InputException">One was typed.</exception>
    public static void RefuseTyped(this ParseResult arguments, string needed, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            if (arguments.IsTyped(option)) throw InputException.ForSetting(option.Name, $"has no effect without {needed}");
        }
    }
}
