using System.CommandLine;

namespace Panoptes.Cli.Parsing;

/// <summary>Refuses options that have no effect without another one.</summary>
/// <param name="arguments">The command line.</param>
/// <param name="needed">The option that is missing.</param>
/// <param name="options">The options.</param>
internal delegate void OptionRefusal(ParseResult arguments, string needed, params ReadOnlySpan<Option> options);
