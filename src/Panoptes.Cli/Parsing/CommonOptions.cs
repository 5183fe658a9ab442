using System.CommandLine;

namespace Panoptes.Cli.Parsing;

/// <summary>Options that mean the same in every command that has them.</summary>
internal static class CommonOptions
{
    /// <summary>The name of the option that shows stack traces; the error boundary looks for it before anything is parsed.</summary>
    public const string Verbose = "--verbose";

    /// <summary><c>--json</c>: the result as one JSON object on stdout, and nothing else there.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON object on stdout." };
}
