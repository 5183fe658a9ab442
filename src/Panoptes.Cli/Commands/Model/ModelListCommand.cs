using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Configuration;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Commands.Model;

/// <summary><c>panoptes model list</c>: the trained models and the configurations that come with the tool.</summary>
internal sealed class ModelListCommand : ToolCommand
{
    /// <param name="console">Where the list goes.</param>
    public ModelListCommand(ToolConsole console)
        : base(
            console,
            "list",
            "List the trained models and the configurations that come with the tool, in groups.",
            "panoptes model list",
            "panoptes model list --json")
    {
        AddOptions();
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        IReadOnlyList<ShippedConfig> configs = ShippedConfigs.All();
        IReadOnlyList<ShippedModel> trained = ShippedModels.All();
        ModelListReport report = new(
            [.. trained.Select(m => new ModelListEntry(m.Name, "trained", m.Path, m.Card.Description))],
            [.. configs.Select(c => new ModelListEntry(c.Name, c.Group, c.Path, c.Description))]);
        WriteResult(arguments, json => JsonSerializer.Serialize(json, report, JsonOutput.Default.ModelListReport), () =>
        {
            int width = configs.Select(c => c.Name.Length).Concat(trained.Select(m => m.Name.Length)).DefaultIfEmpty().Max();
            if (trained.Count > 0)
            {
                Console.Output.WriteLine("trained: models that work at once (--model NAME), and to start from (model.weights=NAME)");
                foreach (ShippedModel model in trained)
                    Console.Output.WriteLine($"  {model.Name.PadRight(width)}  {model.Card.Description}");
                Console.Output.WriteLine();
            }

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
