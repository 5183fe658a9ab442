using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Panoptes.Cli.Parsing;

/// <summary>Turns what is wrong with a command line into one clear line, with the nearest name where one was misspelt.</summary>
internal static class CommandLineCheck
{
    /// <summary>Throws if the tool cannot run with these arguments.</summary>
    /// <param name="parsed">The arguments as the parser understood them.</param>
    /// <param name="arguments">The arguments as they were typed.</param>
    /// <exception cref="InputException">They are wrong.</exception>
    public static void ThrowIfWrong(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        Command command = parsed.CommandResult.Command;
        List<Option> options = OptionsOf(parsed);
        if (AsksForHelp(arguments, options)) return;

        if (command.Subcommands.Count > 0 && FirstWord(parsed) is { } word)
        {
            throw Wrong(parsed, $"unknown command '{word}'{Hint(word, command.Subcommands.Select(c => c.Name))}");
        }

        // The parser would take a misspelt option for one more argument of a command that takes many.
        HashSet<string> known = [.. options.SelectMany(o => o.Aliases.Append(o.Name))];
        foreach (string argument in arguments.TakeWhile(a => a != "--"))
        {
            if (argument.Length < 2 || argument[0] != '-') continue;
            string name = argument.Split('=', 2)[0];
            bool isNumber = double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
            if (known.Contains(name) || isNumber) continue;
            string hint = Hint(name, known.Where(n => n.StartsWith("--", StringComparison.Ordinal)));
            throw Wrong(parsed, $"unknown option '{name}'{hint}");
        }

        if (parsed.Errors.Count > 0) throw Wrong(parsed, Lowered(parsed.Errors[0].Message));
    }

    private static string Hint(string typed, IEnumerable<string> names) =>
        Nearest.To(typed, names.Order(StringComparer.Ordinal)) is { } name ? $"; did you mean '{name}'?" : "";

    private static List<Option> OptionsOf(ParseResult parsed)
    {
        List<Option> options = [.. parsed.CommandResult.Command.Options];
        for (SymbolResult? parent = parsed.CommandResult.Parent; parent is CommandResult group; parent = group.Parent)
        {
            options.AddRange(group.Command.Options.Where(o => o.Recursive));
        }

        return options;
    }

    private static bool AsksForHelp(IReadOnlyList<string> arguments, List<Option> options)
    {
        HashSet<string> names = options.OfType<HelpOption>().SelectMany(o => o.Aliases.Append(o.Name)).ToHashSet();
        return arguments.TakeWhile(a => a != "--").Any(names.Contains);
    }

    private static string? FirstWord(ParseResult parsed) =>
        parsed.UnmatchedTokens.FirstOrDefault(t => !t.StartsWith('-'));

    private static InputException Wrong(ParseResult parsed, string what)
    {
        List<string> path = [];
        for (CommandResult? result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            path.Insert(0, result.Command.Name);
        }

        return InputException.ForSetting(null, $"{what.TrimEnd('.')} (see '{string.Join(' ', path)} --help')");
    }

    private static string Lowered(string message) => char.ToLowerInvariant(message[0]) + message[1..];
}
