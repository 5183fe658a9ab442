using System.CommandLine;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Shipped;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Commands.Model;

/// <summary><c>panoptes model list</c>: the configurations that come with the tool.</summary>
internal sealed class ModelListCommand : ToolCommand
{
    private readonly Option<bool> _json = CommonOptions.Json();

    /// <param name="console">Where the list goes.</param>
    public ModelListCommand(ToolConsole console)
        : base(console, "list", "List the configurations that come with the tool.", "panoptes model list", "panoptes model list --json")
    {
        Options.Add(_json);
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        IReadOnlyList<ShippedConfig> configs = ShippedConfigs.All();
        if (arguments.GetValue(_json))
        {
            ModelListReport report = new([.. configs.Select(c => new ModelListEntry(c.Name, c.Path, c.Description))]);
            JsonOutput.WriteLine(Console.Output, report, JsonOutput.Default.ModelListReport);
            return Task.FromResult(ExitCode.Done);
        }

        int width = configs.Select(c => c.Name.Length).DefaultIfEmpty().Max();
        foreach (ShippedConfig config in configs) Console.Output.WriteLine($"{config.Name.PadRight(width)}  {config.Description}");
        return Task.FromResult(ExitCode.Done);
    }
}
