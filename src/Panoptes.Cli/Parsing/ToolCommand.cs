using System.CommandLine;
using System.CommandLine.Help;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
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

    /// <summary><c>--json</c>: the result as one JSON object on stdout, and nothing else there.</summary>
    protected Option<bool> Json { get; } = new("--json") { Description = "Print the result as one JSON object on stdout." };

    /// <summary>Does the work.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="InputException">An argument or an input is wrong.</exception>
    protected abstract Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken);

    /// <summary>Adds the command's own options in the order in which the help lists them, and behind them <see cref="Json"/>.</summary>
    protected void AddOptions(params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            NumberParser.Apply(option);
            Options.Add(option);
        }

        Options.Remove(Json); // of options that were added before
        Options.Add(Json);
    }

    /// <summary>
    /// Reads a configuration or a model, which nothing cancels: Ctrl-C still ends the command, and the reading ends with the
    /// process.
    /// </summary>
    /// <param name="read">Reads it.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl-C.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    protected static Task<T> ReadAsync<T>(Func<T> read, CancellationToken cancellationToken) =>
        Unstoppable.RunAsync(read, cancellationToken);

    /// <summary>Writes the result in the one form that is asked for.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="json">Writes one object, for scripts.</param>
    /// <param name="text">Writes lines to <see cref="Console"/>, for people.</param>
    protected void WriteResult(ParseResult arguments, Action<Utf8JsonWriter> json, Action text)
    {
        if (arguments.GetValue(Json))
        {
            JsonOutput.WriteLine(Console.Output, json);
        }
        else
        {
            text();
        }
    }
}
