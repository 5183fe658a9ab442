using System.CommandLine;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Tests;

/// <summary>Every command of the tool.</summary>
internal static class Commands
{
    /// <summary>As they are typed: <c>demo</c>, <c>score instances</c> ...</summary>
    public static IReadOnlyList<string> All { get; } = List();

    /// <summary>The first words.</summary>
    public static IEnumerable<string> Words => All.Select(command => command.Split(' ')[0]).Distinct();

    private static List<string> List()
    {
        using ToolConsole console = new(TextWriter.Null, TextWriter.Null);
        List<string> names = [];
        Collect(PanoptesTool.CreateCommands(console, word: null), "", names);
        return names;
    }

    private static void Collect(Command parent, string path, List<string> names)
    {
        foreach (Command command in parent.Subcommands)
        {
            string name = path + command.Name;
            if (command is ToolCommand) // which may hold others, as predict does
            {
                names.Add(name);
            }

            Collect(command, name + " ", names);
        }
    }
}
