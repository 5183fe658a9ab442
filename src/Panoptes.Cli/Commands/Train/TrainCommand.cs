using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Commands.Config;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Reports;

namespace Panoptes.Cli.Commands.Train;

/// <summary><c>panoptes train</c>: from labeled images to a model.</summary>
internal sealed class TrainCommand : ToolCommand
{
    private readonly Argument<string?> _config = new("CONFIG")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A YAML file, or the name of a shipped configuration (see 'panoptes model list'). Not needed with --resume.",
    };

    private readonly Argument<string[]> _overrides = ConfigArguments.Overrides();

    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder of the run: models, metrics, checkpoint, report.",
        HelpName = "RUN",
        Required = true,
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Continue the run in the folder, bit for bit, with its own configuration.",
    };

    private readonly Option<string> _device = CommonOptions.Device();

    private readonly Option<string?> _precision = new Option<string?>("--precision")
    {
        Description = "Number format of the network: the same as precision=...",
    }.AcceptOnlyFromAmong("fp32", "bf16", "amp");

    /// <param name="console">Where results and progress go.</param>
    public TrainCommand(ToolConsole console)
        : base(
            console,
            "train",
            "Train a model on labeled images. Ctrl-C saves and stops; --resume goes on.",
            "panoptes train mine.yaml --output runs/mine",
            "panoptes train embedmask_slim data.root=/data/coco2017 model.weights=resnet18.safetensors --output runs/slim",
            "panoptes train --resume --output runs/mine",
            "panoptes train --resume --output runs/mine schedule.iterations=20000")
    {
        Arguments.Add(_config);
        Arguments.Add(_overrides);
        AddOptions(_output, _resume, _device, _precision);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string output = arguments.GetRequiredValue(_output);
        TrainerOptions options = new()
        {
            Output = output,
            Resume = arguments.GetValue(_resume),
            Device = Devices.Parse(arguments.GetRequiredValue(_device)),
            Arguments = [.. arguments.Tokens.Select(token => token.Value)],
        };
        (string? file, List<string> overrides) = Settings(arguments);
        PanoptesConfig config = options.Resume
            ? RunConfig.ForResumedRun(RunFolder.Open(output), file, overrides)
            : RunConfig.ForNewRun(file, overrides);
        ConfigValidator.RequireFiles(config);
        foreach (ConfigProblem advice in ConfigValidator.Advise(config)) Console.Say($"advice: {advice}");

        TrainingOutcome outcome = await ProgressDisplay.RunAsync(Console, progress => Task.FromResult(Train(progress)))
            .ConfigureAwait(false);
        if (outcome.Interrupted)
        {
            Console.Say(
                $"Interrupted after iteration {outcome.Iteration}; everything is saved. "
                + $"To go on: {ToolName.Text} train --resume --output {output}");
            return ExitCode.Interrupted;
        }

        WriteResult(arguments, json => WriteJson(json, outcome), () => WriteText(outcome));
        return ExitCode.Done;

        // On this thread from the first tensor to the last: libtorch keeps threads and number settings for each thread that calls it.
        TrainingOutcome Train(IProgress<WorkProgress> progress)
        {
            using Trainer trainer = new(config, options, new MessageLogger(Console));
            TrainingOutcome ended = trainer.Run(new TrainingProgress(Console, progress), cancellationToken);
            RunReportOptions page = new() { Device = options.Device, Tool = ToolName.Text };
            if (ended.Interrupted)
            {
                // Anyone who interrupts waits for the prompt: the curves show how far the run has come, images would take seconds.
                RunReport.Write(ended, [], page);
            }
            else if (ended.Iteration > 0)
            {
                RunReport.Write(ended, page, CancellationToken.None);
            }

            return ended;
        }
    }

    /// <summary>The configuration and the settings; with <c>--resume</c> the first word may be a setting already.</summary>
    private (string? Config, List<string> Overrides) Settings(ParseResult arguments)
    {
        string? config = arguments.GetValue(_config);
        List<string> overrides = [.. arguments.GetValue(_overrides) ?? []];
        if (config is not null && config.Contains('=') && !File.Exists(config))
        {
            overrides.Insert(0, config);
            config = null;
        }

        if (arguments.GetValue(_precision) is { } precision) overrides.Add($"precision={precision}");
        return (config, overrides);
    }

    private void WriteText(TrainingOutcome outcome)
    {
        if (outcome.Evaluation is { } evaluation)
        {
            EvaluationOutput.WriteText(Console.Output, evaluation);
            Console.Output.WriteLine();
        }

        RunFolder run = outcome.Run;
        Console.Output.WriteLine($"{outcome.Iteration} iterations in {WorkProgress.Duration(TimeSpan.FromSeconds(outcome.Seconds))}");
        Console.Output.WriteLine($"model    {(File.Exists(run.BestModel) ? run.BestModel : run.LastModel)}");
        if (File.Exists(run.ReportFile)) Console.Output.WriteLine($"report   {run.ReportFile}");
    }

    private static void WriteJson(Utf8JsonWriter json, TrainingOutcome outcome)
    {
        json.WriteStartObject();
        if (outcome.Evaluation is { } evaluation) EvaluationOutput.WriteFields(json, evaluation);
        json.WriteString("run"u8, outcome.Run.Path);
        json.WriteNumber("iterations"u8, outcome.Iteration);
        if (File.Exists(outcome.Run.ReportFile)) json.WriteString("report"u8, outcome.Run.ReportFile);
        json.WriteEndObject();
    }
}
