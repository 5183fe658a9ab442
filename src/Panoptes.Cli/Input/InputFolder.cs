using System.CommandLine;

namespace Panoptes.Cli.Input;

/// <summary>A folder that an option names and that has to be there.</summary>
internal static class InputFolder
{
    /// <summary>Checks that the folder is there.</summary>
    /// <param name="option">The option, for the message.</param>
    /// <param name="path">The folder.</param>
    /// <returns>Its path as it was given.</returns>
    /// <exception cref="InputException">It is not there.</exception>
    public static string Require(string option, string path) =>
        Directory.Exists(path) ? path : throw InputException.ForSetting(
            option,
            $"the folder '{path}' does not exist",
            InputErrorKind.NotFound);

    /// <summary>As <see cref="Require(string, string)"/>; null where the option is not given.</summary>
    public static string? Of(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is { } path ? Require(option.Name, path) : null;
}
