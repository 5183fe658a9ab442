using System.CommandLine;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Configuration;

namespace Panoptes.Cli.Commands.Config;

/// <summary><c>panoptes config schema</c>: the JSON Schema by which editors complete and check configurations.</summary>
internal sealed class ConfigSchemaCommand : ToolCommand
{
    private readonly Option<bool> _markdown = new("--markdown") { Description = "Print Markdown tables instead." };

    /// <param name="console">Where the schema goes.</param>
    public ConfigSchemaCommand(ToolConsole console)
        : base(
            console,
            "schema",
            "Print the JSON Schema of configurations: every key, its type, range, default and meaning.",
            "panoptes config schema > panoptes.schema.json")
    {
        // The schema is JSON in any case; the option is there so that scripts need not know.
        Options.Add(Json);
        Options.Add(_markdown);
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_markdown) && arguments.GetValue(Json))
        {
            throw InputException.ForSetting("--markdown", "is text; omit --json, which is for the schema");
        }

        Console.Output.Write(arguments.GetValue(_markdown) ? ConfigSchema.ToMarkdown() : ConfigSchema.ToJson());
        return Task.FromResult(ExitCode.Done);
    }
}
