using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Panoptes.Cli.Parsing;

/// <summary>
/// What shells ask for completions with: <c>[suggest:POSITION] LINE</c>, the convention of System.CommandLine, LINE being what follows the
/// tool's name.
/// </summary>
/// <param name="position">Where the cursor is in the line.</param>
/// <param name="line">The line.</param>
internal sealed class SuggestDirective(int position, string line)
{
    private const string Start = "[suggest:";

    /// <summary>Tells whether a command line asks for completions.</summary>
    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out SuggestDirective? directive)
    {
        directive = null;
        if (arguments.Count is not (1 or 2)) return false;
        string first = arguments[0];
        bool asked = first.StartsWith(Start, StringComparison.Ordinal) && first.EndsWith(']');
        if (!asked || !int.TryParse(first[Start.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int at)) return false;
        string line = arguments.ElementAtOrDefault(1) ?? "";
        directive = new SuggestDirective(Math.Min(at, line.Length), line);
        return true;
    }

    /// <summary>Writes what may stand where the cursor is, a line each.</summary>
    /// <param name="parse">Parses a line.</param>
    /// <param name="output">Receives the lines.</param>
    public void Write(Func<string, ParseResult> parse, TextWriter output)
    {
        // What comes behind the cursor plays no part.
        string typed = line[..position];
        ParseResult parsed = parse(typed);
        string word = parsed.GetCompletionContext().WordToComplete;
        // Options only where one is begun: elsewhere they would stand in the way of files, which the shell completes. So would the commands
        // of a command that takes files itself.
        string[] hidden = word.Length == 0 && parsed.CommandResult.Command is ToolCommand command
            ? [.. command.Subcommands.Select(sub => sub.Name)] : [];
        IEnumerable<string> labels = parsed.GetCompletions(position)
            .Select(item => item.Label)
            .Where(label => label.StartsWith(word, StringComparison.Ordinal) && label.StartsWith('-') == word.StartsWith('-'))
            .Except(hidden)
            .Order(StringComparer.Ordinal);
        foreach (string label in labels) output.WriteLine(label);
    }
}
