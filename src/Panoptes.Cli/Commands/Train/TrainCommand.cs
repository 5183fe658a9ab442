using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Commands.Config;
using Panoptes.Cli.Commands.Serve;
using Panoptes.Cli.Commands.Train.Folders;
using Panoptes.Cli.Commands.Watch;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training;
using Panoptes.Training.Configuration;
using Panoptes.Training.Distributed;
using Panoptes.Training.Engine;
using Panoptes.Training.Reports;

namespace Panoptes.Cli.Commands.Train;

/// <summary><c>panoptes train</c>: from labeled images to a model.</summary>
internal sealed class TrainCommand : ToolCommand
{
    private readonly Argument<string?> _config = new("CONFIG|FOLDER")
    {
        HelpName = "CONFIG|FOLDER",
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A YAML file, or the name of a shipped configuration (see 'panoptes model list'); or a folder of labeled images, "
            + "for which a configuration is chosen. Not needed with --resume.",
    };

    private readonly Argument<string[]> _overrides = ConfigArguments.Overrides();

    private readonly Option<string?> _output = new("--output")
    {
        Description = "The folder of the run: models, metrics, checkpoint, report. Default: runs/NAME, named after the configuration or "
            + "the dataset's folder; --resume needs it.",
        HelpName = "RUN",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "The folder of a dataset: COCO, COCO panoptic, YOLO, LabelMe, Pascal VOC, masks, or the export of a labelling tool. Without "
            + "CONFIG one is chosen.",
        HelpName = "FOLDER",
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

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Make a few steps, print the time and memory that the whole run would take, and leave no files.",
    };

    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Show the training in the browser while it runs, as 'panoptes watch' does; the page ends with the training.",
    };

    private readonly Option<string?> _urls = new("--urls")
    {
        Description = $"Where the page of --watch is. [default: {WatchApplication.UsualUrls}, which only this machine reaches]",
        HelpName = "URLS",
    };

    /// <param name="console">Where results and progress go.</param>
    public TrainCommand(ToolConsole console)
        : base(
            console,
            "train",
            "Train a model on labeled images. Ctrl-C saves and stops; --resume continues.",
            "panoptes train photos",
            "panoptes train photos --output runs/photos schedule.minutes=30",
            "panoptes train embedmask_slim --data photos model.weights=resnet18.safetensors --output runs/slim --dry-run",
            "panoptes train mine.yaml --output runs/mine",
            "panoptes train embedmask_slim data.root=/data/coco2017 model.weights=resnet18.safetensors --output runs/slim",
            "panoptes train mine.yaml --output runs/mine --watch",
            "panoptes train --resume --output runs/mine",
            "panoptes train --resume --output runs/mine schedule.iterations=20000")
    {
        _config.CompletionSources.Add(_ => ConfigArguments.Names());
        Arguments.Add(_config);
        Arguments.Add(_overrides);
        AddOptions(_output, _data, _resume, _device, _precision, _dryRun, _watch, _urls);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        using ProcessGroup? group = ProcessGroup.Join();
        if (group is null) return await RunAsync(arguments, null, cancellationToken).ConfigureAwait(false);
        int told = 0;
        group.Lost += Tell; // at once: mpirun gives the others a second
        try
        {
            return group.IsFirst
                ? await RunAsync(arguments, group, cancellationToken).ConfigureAwait(false)
                : await FollowAsync(arguments, group, cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessLostException lost)
        {
            Tell(lost);
            return ExitCode.Failed;
        }
        catch (Exception error) when (error is not ProcessLostException)
        {
            group.Fail(error.Message);
            if (group.IsFirst) throw;
            return error is InputException ? ExitCode.WrongInput : ExitCode.Failed; // the first process says why
        }

        void Tell(ProcessLostException lost)
        {
            if (lost.IsTold || Interlocked.Exchange(ref told, 1) != 0) return;
            Failure.Report(lost, Console.Error, verbose: false, CancellationToken.None);
            Console.Error.Flush();
        }
    }

    // One of several processes, but not the first: it trains what the first one has read.
    private async Task<int> FollowAsync(ParseResult arguments, ProcessGroup group, CancellationToken cancellationToken)
    {
        PanoptesConfig config = ConfigLoader.Parse(group.Broadcast(""), "configuration of process 0");
        TrainerOptions options = new()
        {
            Output = group.Broadcast(""),
            Resume = arguments.GetValue(_resume),
            Device = Devices.Parse(arguments.GetRequiredValue(_device)),
            Processes = group,
        };
        TrainingOutcome outcome = await new PanoptesTrainer(config, options).TrainAsync(null, cancellationToken).ConfigureAwait(false);
        return outcome.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private async Task<int> RunAsync(ParseResult arguments, ProcessGroup? group, CancellationToken cancellationToken)
    {
        (string? file, string? folder, List<string> overrides) = Settings(arguments);
        bool resume = arguments.GetValue(_resume);
        string output = arguments.GetValue(_output)
            ?? (resume ? throw InputException.ForSetting("--output", "names the run that --resume continues") : NewRun(folder ?? file));
        bool dryRun = arguments.GetValue(_dryRun), watch = arguments.GetValue(_watch);
        if (dryRun && group is not null) throw InputException.ForSetting("--dry-run", $"is for one process; {group.Size} were started");
        if (dryRun && watch) throw InputException.ForSetting("--watch", "shows a run; --dry-run leaves none");
        if (arguments.GetValue(_urls) is { } urls)
        {
            if (!watch) throw InputException.ForSetting("--urls", "is the address of --watch; add it");
            ToolApplication.RequireUrls(urls);
        }

        TrainerOptions options = new()
        {
            Output = output,
            Resume = resume,
            Device = Devices.Parse(arguments.GetRequiredValue(_device)),
            Arguments = [.. arguments.Tokens.Select(token => token.Value)],
            Processes = group,
        };
        if (options.Resume)
        {
            if (dryRun) throw InputException.ForSetting("--dry-run", "is for a new run; omit --resume");
            if (folder is not null) Console.Say($"A resumed run continues with its own data and configuration; '{folder}' is not read.");
            string? compared = folder is null ? file : null;
            PanoptesConfig resumed = await ReadAsync(
                () => RunConfig.ForResumedRun(RunFolder.Open(output), compared, overrides), cancellationToken).ConfigureAwait(false);
            return await TrainAsync(arguments, resumed, options, cancellationToken).ConfigureAwait(false);
        }

        if (folder is null)
        {
            PanoptesConfig config = await ReadAsync(() => RunConfig.ForNewRun(file, overrides), cancellationToken).ConfigureAwait(false);
            return await NewRunAsync(arguments, config, options, cancellationToken).ConfigureAwait(false);
        }

        RunFolder.RequireFree(output);
        string scratch = dryRun ? Directory.CreateTempSubdirectory("panoptes-dry-run-").FullName : output;
        try
        {
            string data = Path.Combine(scratch, "data");
            FolderRun run = await ProgressDisplay.RunAsync(
                Console,
                progress => Task.FromResult(
                    FolderRun.Prepare(folder, file, overrides, data, new StageProgress(progress), cancellationToken)))
                .ConfigureAwait(false);
            foreach (string remark in run.Remarks) Console.Say(remark);
            string[] repeat = ["train", .. run.Arguments, .. Given(arguments, _device), "--output", output];
            Console.Say($"{(dryRun ? "to train" : "to repeat")}: {ToolName.Text} {string.Join(' ', repeat.Select(ShellWord.Quote))}");
            return await NewRunAsync(arguments, run.Config, options with { Arguments = repeat }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (dryRun) Directory.Delete(scratch, recursive: true);
        }
    }

    private Task<int> NewRunAsync(
        ParseResult arguments, PanoptesConfig config, TrainerOptions options, CancellationToken cancellationToken)
    {
        ConfigValidator.RequireFiles(config);
        if (config.Schedule.Iterations > 0)
        {
            ConfigValidator.RequireLearnable(config);
            foreach (ConfigProblem advice in ConfigValidator.Advise(config)) Console.Say($"advice: {advice}");
        }

        if (!arguments.GetValue(_dryRun)) return TrainAsync(arguments, config, options, cancellationToken);
        if (config.Schedule.Iterations == 0)
        {
            throw InputException.ForSetting("--dry-run", "schedule.iterations is 0, so there is no step to try");
        }

        DryRunResult result = new PanoptesTrainer(config, options, new MessageLogger(Console)).Measure(cancellationToken);
        WriteResult(arguments, json => DryRunOutput.WriteJson(json, result), () => DryRunOutput.WriteText(Console.Output, result));
        return Task.FromResult(ExitCode.Done);
    }

    private async Task<int> TrainAsync(
        ParseResult arguments, PanoptesConfig config, TrainerOptions options, CancellationToken cancellationToken)
    {
        options.Processes?.Broadcast(ConfigWriter.ToJson(config));
        options.Processes?.Broadcast(options.Output);
        PanoptesTrainer trainer = new(
            config, options with { Report = new RunReportOptions { Tool = ToolName.Text } }, new MessageLogger(Console));
        string? urls = arguments.GetValue(_watch) ? arguments.GetValue(_urls) ?? WatchApplication.UsualUrls : null;
        TrainingWatch watch = await TrainingWatch.StartAsync(options.Output, urls, Console, cancellationToken).ConfigureAwait(false);
        TrainingOutcome outcome;
        await using (watch.ConfigureAwait(false))
        {
            outcome = await ProgressDisplay.RunAsync(
                Console, progress => trainer.TrainAsync(new TrainingProgress(Console, progress), cancellationToken)).ConfigureAwait(false);
        }

        if (outcome.Interrupted)
        {
            string[] again = ["train", "--resume", "--output", options.Output, .. Given(arguments, _device)];
            Console.Say(
                $"Interrupted after iteration {outcome.Iteration}; everything is saved. "
                + $"To continue: {ToolName.Text} {string.Join(' ', again.Select(ShellWord.Quote))}");
            return ExitCode.Interrupted;
        }

        WriteResult(arguments, json => WriteJson(json, outcome), () => WriteText(outcome));
        return ExitCode.Done;
    }

    /// <summary>The first of runs/NAME, runs/NAME-2, ... that is not there yet.</summary>
    /// <param name="trained">What is trained: the dataset's folder or the configuration; null names the run <c>run</c>.</param>
    private static string NewRun(string? trained)
    {
        string name = trained is null
            ? "run"
            : Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(trained)));
        string first = Path.Combine("runs", name.Length == 0 ? "run" : name);
        return Enumerable.Range(1, int.MaxValue).Select(i => i == 1 ? first : $"{first}-{i}").First(run => !Path.Exists(run));
    }

    /// <summary>The configuration, the dataset's folder and the settings; the first word may be any of the three.</summary>
    private (string? Config, string? Folder, List<string> Overrides) Settings(ParseResult arguments)
    {
        string? config = arguments.GetValue(_config);
        string? folder = arguments.GetValue(_data);
        List<string> overrides = [.. arguments.GetValue(_overrides) ?? []];
        if (config is not null && Directory.Exists(config))
        {
            if (folder is not null)
            {
                throw InputException.ForSetting($"--data {folder}", $"'{config}' is a folder already; name one of the two");
            }

            (config, folder) = (null, config);
        }
        else if (config is not null && config.Contains('=') && !File.Exists(config))
        {
            overrides.Insert(0, config);
            config = null;
        }

        if (arguments.GetValue(_precision) is { } precision) overrides.Add($"precision={precision}");
        return (config, folder, overrides);
    }

    /// <summary>An option and its value as they were typed; nothing where it was not.</summary>
    private static IEnumerable<string> Given(ParseResult arguments, Option<string> option) =>
        arguments.IsTyped(option) ? [option.Name, arguments.GetRequiredValue(option)] : [];

    private void WriteText(TrainingOutcome outcome)
    {
        if (outcome.Evaluation is { } evaluation)
        {
            EvaluationOutput.WriteText(Console.Output, evaluation);
            Console.Output.WriteLine();
        }

        RunFolder run = outcome.Run;
        Console.Output.WriteLine($"{outcome.Iteration} iterations in {WorkProgress.Duration(TimeSpan.FromSeconds(outcome.Seconds))}");
        Console.Output.WriteLine($"model    {outcome.Model}");
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
