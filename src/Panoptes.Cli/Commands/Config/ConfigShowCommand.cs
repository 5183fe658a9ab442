using System.CommandLine;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Configuration;

namespace Panoptes.Cli.Commands.Config;

/// <summary><c>panoptes config show</c>: a configuration with every key, as training would see it.</summary>
internal sealed class ConfigShowCommand : ToolCommand
{
    private readonly Argument<string> _config = ConfigArguments.File();
    private readonly Argument<string[]> _overrides = ConfigArguments.Overrides();

    /// <param name="console">Where the configuration goes.</param>
    public ConfigShowCommand(ToolConsole console)
        : base(
            console,
            "show",
            "Print a configuration with every key and value, as training sees it.",
            "panoptes config show models/embedmask_r50_fpn_1x schedule.iterations=1000",
            "panoptes config show mine.yaml --json")
    {
        Arguments.Add(_config);
        Arguments.Add(_overrides);
        AddOptions();
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        PanoptesConfig config = await ReadAsync(
            () => ShippedConfigs.Load(arguments.GetRequiredValue(_config), arguments.GetValue(_overrides)), cancellationToken)
            .ConfigureAwait(false);
        Console.Output.Write(arguments.GetValue(Json) ? ConfigWriter.ToJson(config) : ConfigWriter.ToYaml(config));
        return ExitCode.Done;
    }
}
