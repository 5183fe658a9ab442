using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Panoptes.Cli.Parsing;

/// <summary>The library's help, followed by examples.</summary>
internal sealed class ExampleHelpAction(IReadOnlyList<string> examples) : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new();

    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        // The arguments of 'predict' are none of 'predict merge'.
        foreach (Command outer in parseResult.CommandResult.Command.Parents.OfType<Command>())
        {
            foreach (Argument argument in outer.Arguments) argument.Hidden = true;
        }

        int code = _help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
        foreach (string example in examples) output.WriteLine($"  {example}");
        output.WriteLine();
        return code;
    }
}
