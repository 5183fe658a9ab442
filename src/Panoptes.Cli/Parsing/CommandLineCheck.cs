using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Panoptes.Cli.Parsing;

/// <summary>Turns what is wrong with a command line into one clear line, with the nearest name where one was misspelt.</summary>
internal static class CommandLineCheck
{
    /// <summary>Commands that a hint names at most.</summary>
    private const int MostWays = 3;

    // What one command calls so is called otherwise by another.
    private static readonly Dictionary<string, string> s_otherNames = new()
    {
        ["--annotations"] = "--gt",
        ["--ground-truth"] = "--gt",
        ["--predictions"] = "--dt",
        ["--detections"] = "--dt",
        ["--results"] = "--dt",
        ["--gt"] = "--annotations",
        ["--dt"] = "--predictions",
    };

    // Texts that mean something if they are empty.
    private static readonly string[] s_mayBeEmpty = ["--description", "--data-licence", "--mask-suffix", "--classes"];

    /// <summary>Throws if the tool cannot run with these arguments.</summary>
    /// <param name="parsed">The arguments as the parser understood them.</param>
    /// <param name="arguments">The arguments as they were typed.</param>
    /// <exception cref="InputException">They are wrong.</exception>
    public static void ThrowIfWrong(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        Command command = parsed.CommandResult.Command;
        // The parser takes a command's name for the command wherever it stands.
        if (parsed.CommandResult.Parent is CommandResult { Command: ToolCommand } outer && outer.Children.Any(IsTyped))
        {
            throw InputException.ForSetting(
                null,
                $"'{command.Name}' is a command of '{PathOf(outer)}' and stands alone behind it; a file of this name is written ./{command.Name}");
        }

        List<Option> options = OptionsOf(parsed);
        if (AsksForHelp(arguments, options)) return;

        HashSet<string> known = NamesOf(options);
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var word, ..])
        {
            throw word.StartsWith('-')
                ? Wrong(parsed, $"unknown option '{NameOf(word)}'{WayIn(parsed, NameOf(word), known)}")
                : Wrong(parsed, $"unknown command '{word}'{Hint(word, command.Subcommands.Select(c => c.Name))}");
        }

        // The parser would take a misspelt option for one more argument of a command that takes many.
        foreach (string argument in arguments.TakeWhile(a => a != "--"))
        {
            if (argument.Length < 2 || argument[0] != '-') continue;
            string name = NameOf(argument);
            bool isNumber = double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
            if (known.Contains(name) || isNumber) continue;
            string hint = Meant(name, known) is { } meant ? $"; did you mean '{meant}'?" : "";
            throw Wrong(parsed, $"unknown option '{name}'{hint}");
        }

        if (parsed.Errors.Count > 0) throw Wrong(parsed, Lowered(parsed.Errors[0].Message));
        RefuseEmpty(parsed);
    }

    /// <summary>A variable of the shell that is not set arrives as an empty text.</summary>
    private static void RefuseEmpty(ParseResult parsed)
    {
        foreach (SymbolResult part in parsed.CommandResult.Children)
        {
            (string name, IReadOnlyList<Token> tokens) = part switch
            {
                OptionResult option => (option.Option.Name, option.Tokens),
                ArgumentResult argument => (argument.Argument.Name, argument.Tokens),
                _ => ("", []),
            };
            bool isEmpty = tokens.Any(token => token.Value.Length == 0);
            if (isEmpty && !s_mayBeEmpty.Contains(name)) throw Wrong(parsed, $"{name}: the value is empty");
        }
    }

    private static string Hint(string typed, IEnumerable<string> names) =>
        Nearest.To(typed, names.Order(StringComparer.Ordinal)) is { } name ? $"; did you mean '{name}'?" : "";

    private static string NameOf(string argument) => argument.Split('=', 2)[0];

    private static HashSet<string> NamesOf(IEnumerable<Option> options) => [.. options.SelectMany(o => o.Aliases.Append(o.Name))];

    /// <summary>The option that someone who typed another name most likely meant; null where none is near.</summary>
    private static string? Meant(string typed, IReadOnlySet<string> known) =>
        known.Contains(typed) ? typed
        : s_otherNames.GetValueOrDefault(typed) is { } other && known.Contains(other) ? other
        : Nearest.To(typed, known.Where(n => n.StartsWith("--", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    /// <summary>
    /// Where an option belongs that came before the command: the commands that have it, or one like it; else which there are.
    /// </summary>
    private static string WayIn(ParseResult parsed, string typed, IReadOnlySet<string> known)
    {
        if (Meant(typed, known) is { } own) return $"; did you mean '{own}'?";
        IEnumerable<Command> commands = parsed.CommandResult.Command.Subcommands;
        string[] ways =
        [
            .. commands.Select(c => (c.Name, Option: Meant(typed, NamesOf(c.Options))))
                .Where(way => way.Option is not null).Select(way => $"'{PathOf(parsed)} {way.Name} {way.Option}'"),
        ];
        return ways.Length is > 0 and <= MostWays ? $"; did you mean {string.Join(" or ", ways)}?"
            : $"; a command comes first: {string.Join(", ", commands.Select(c => c.Name))}";
    }

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

    private static InputException Wrong(ParseResult parsed, string what) =>
        InputException.ForSetting(null, $"{what.TrimEnd('.')} (see '{PathOf(parsed)} --help')");

    private static bool IsTyped(SymbolResult part) => part is ArgumentResult { Tokens.Count: > 0 } or OptionResult { Implicit: false };

    private static string PathOf(ParseResult parsed) => PathOf(parsed.CommandResult);

    private static string PathOf(CommandResult last)
    {
        List<string> path = [];
        for (CommandResult? result = last; result is not null; result = result.Parent as CommandResult)
        {
            path.Insert(0, result.Command.Name);
        }

        return string.Join(' ', path);
    }

    private static string Lowered(string message) => char.ToLowerInvariant(message[0]) + message[1..];
}
