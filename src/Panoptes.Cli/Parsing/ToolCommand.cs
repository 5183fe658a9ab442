using System.CommandLine;
using System.CommandLine.Help;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Parsing;

/// <summary>A command that does something: its description, examples for its help, and the work.</summary>
internal abstract class ToolCommand : Command
{
    /// <param name="console">Where the command writes.</param>
    /// <param name="name">The word on the command line.</param>
    /// <param name="description">What it does, one sentence.</param>
    /// <param name="examples">Complete command lines for the help; at least one.</param>
    protected ToolCommand(ToolConsole console, string name, string description, params string[] examples)
        : base(name, description)
    {
        Console = console;
        Options.Add(new HelpOption("--help", "-h") { Action = new ExampleHelpAction(examples) });
        SetAction(RunAsync);
    }

    /// <summary>Where the command writes.</summary>
    protected ToolConsole Console { get; }

    /// <summary>Does the work.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="InputException">An argument or an input is wrong.</exception>
    protected abstract Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken);
}
