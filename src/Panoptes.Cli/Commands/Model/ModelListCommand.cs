using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Configuration;

namespace Panoptes.Cli.Commands.Model;

/// <summary><c>panoptes model list</c>: the configurations that come with the tool.</summary>
internal sealed class ModelListCommand : ToolCommand
{
    /// <param name="console">Where the list goes.</param>
    public ModelListCommand(ToolConsole console)
        : base(
            console,
            "list",
            "List the configurations that come with the tool, in groups.",
            "panoptes model list",
            "panoptes model list --json")
    {
        AddOptions();
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        IReadOnlyList<ShippedConfig> configs = ShippedConfigs.All();
        ModelListReport report = new([.. configs.Select(c => new ModelListEntry(c.Name, c.Group, c.Path, c.Description))]);
        WriteResult(arguments, json => JsonSerializer.Serialize(json, report, JsonOutput.Default.ModelListReport), () =>
        {
            int width = configs.Select(c => c.Name.Length).DefaultIfEmpty().Max();
            foreach (ShippedGroup group in ShippedConfigs.Groups)
            {
                Console.Output.WriteLine($"{group.Name}: {group.Description}");
                foreach (ShippedConfig config in configs.Where(c => c.Group == group.Name))
                {
                    Console.Output.WriteLine($"  {config.Name.PadRight(width)}  {config.Description}");
                }

                Console.Output.WriteLine();
            }
        });
        return Task.FromResult(ExitCode.Done);
    }
}
