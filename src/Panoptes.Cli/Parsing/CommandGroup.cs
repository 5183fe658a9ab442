using System.CommandLine;
using System.CommandLine.Help;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Parsing;

/// <summary>A word that only holds commands (<c>panoptes score ...</c>). Alone it shows its help, as a mistake.</summary>
internal class CommandGroup : Command
{
    /// <param name="console">Where the help goes.</param>
    /// <param name="name">The word on the command line.</param>
    /// <param name="description">What its commands are about, one sentence.</param>
    /// <param name="commands">The commands it holds.</param>
    public CommandGroup(ToolConsole console, string name, string description, params Command[] commands)
        : base(name, description)
    {
        HelpOption help = new("--help", "-h");
        Options.Add(help);
        foreach (Command command in commands) Add(command);
        SetAction(arguments =>
        {
            arguments.InvocationConfiguration.Output = console.Error;
            ((HelpAction)help.Action!).Invoke(arguments);
            return ExitCode.WrongInput;
        });
    }
}
