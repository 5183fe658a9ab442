using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Panoptes.Cli.Commands.Config;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Configuration;
using Panoptes.Training.Demo;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Commands.Demo;

/// <summary><c>panoptes demo</c>: from images to masks in minutes, ending with a page that shows it.</summary>
internal sealed class DemoCommand : ToolCommand
{
    private readonly Option<string> _output = new("--output")
    {
        Description = "The output folder. Scenes in it are reused; each demo makes its own run folder: run1, run2, ...",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine("runs", "demo"),
    };

    private readonly Option<string> _method = new Option<string>("--method")
    {
        Description = "The method; "
            + $"{string.Join(", ", TrainingMethod.All.Where(m => m.IsPanoptic).Select(m => m.Name))} labels every pixel, things and stuff.",
        DefaultValueFactory = _ => TrainingMethod.All[0].Name,
    }.AcceptOnlyFromAmong([.. TrainingMethod.All.Select(m => m.Name)]);

    private readonly Option<double> _minutes = new("--minutes")
    {
        Description = $"Limit of the training time, in minutes; more than {DemoOptions.UsualMinutes} lengthen the schedule, "
            + "and on a slow machine it is shortened to fit.",
        HelpName = "M",
        DefaultValueFactory = _ => DemoOptions.UsualMinutes,
    };

    private readonly Option<int?> _scenes = new("--scenes")
    {
        Description = $"Train on N drawn scenes instead of photographs; default {DemoOptions.UsualTrainScenes}. "
            + "A network that labels every pixel always does.",
        HelpName = "N",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParseCount,
    };

    private readonly Option<int> _unseen = new("--unseen")
    {
        Description = "Number of scenes to draw and evaluate on.",
        HelpName = "N",
        DefaultValueFactory = _ => 60,
    };

    private readonly Argument<string[]> _overrides = ConfigArguments.Overrides();

    /// <param name="console">Where the result goes.</param>
    public DemoCommand(ToolConsole console)
        : base(
            console,
            "demo",
            "Train a small network on photographs, evaluate it on others, and write a page with the results.",
            "panoptes demo",
            "panoptes demo --scenes",
            "panoptes demo --output /tmp/demo --minutes 15",
            "panoptes demo --method meinst",
            "panoptes demo --json seed=7")
    {
        Arguments.Add(_overrides);
        AddOptions(_output, _method, _minutes, _scenes, _unseen);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string[] overrides =
        [
            .. arguments.GetResult(_scenes)?.Tokens.Where(IsSetting).Select(token => token.Value) ?? [],
            .. arguments.GetValue(_overrides) ?? [],
        ];
        TrainingMethod method = TrainingMethod.All.Single(m => m.Name == arguments.GetValue(_method));
        bool scenes = arguments.GetResult(_scenes) is not null || arguments.IsTyped(_unseen);
        string? onPhotographs = scenes ? null : method.PhotographConfiguration;
        DemoOptions options = new()
        {
            Config = ShippedConfigs.Load(onPhotographs ?? method.DemoConfiguration, overrides),
            Photographs = onPhotographs is null
                ? null
                : new DemoPhotographs(Path.Combine(AppContext.BaseDirectory, "samples", "mushrooms")),
            Output = arguments.GetRequiredValue(_output),
            Minutes = arguments.GetValue(_minutes),
            TrainScenes = arguments.GetValue(_scenes) ?? DemoOptions.UsualTrainScenes,
            UnseenScenes = arguments.GetValue(_unseen),
            Arguments = [.. arguments.Tokens.Select(token => token.Value)],
            Tool = ToolName.Text,
        };
        DemoResult result = await ProgressDisplay.RunAsync(
            Console,
            progress => Task.Run(
                () => DemoRunner.Run(options, new Stages(Console, progress), new MessageLogger(Console), cancellationToken),
                CancellationToken.None)).ConfigureAwait(false);

        if (result.Training.Evaluation is not { } evaluation)
        {
            string run = Shown(result.Training.Run.Path);
            Console.Say($"Interrupted after iteration {result.Training.Iteration}; report so far: {Shown(result.Report)}");
            Console.Say($"To continue: {ToolName.Text} train --resume --output {ShellWord.Quote(run)}");
            return ExitCode.Interrupted;
        }

        WriteResult(arguments, json => WriteJson(json, result, evaluation), () => WriteText(result, evaluation));
        return ExitCode.Done;
    }

    // What follows the option may be a setting: the number is optional.
    private static int? ParseCount(ArgumentResult result)
    {
        if (result.Tokens is not [Token token] || IsSetting(token)) return null;
        if (int.TryParse(token.Value, CultureInfo.InvariantCulture, out int count)) return count;
        result.AddError($"--scenes {token.Value}: a number is allowed, or none");
        return null;
    }

    private static bool IsSetting(Token token) => token.Value.Contains('=', StringComparison.Ordinal);

    private void WriteText(DemoResult result, EvaluationResult evaluation)
    {
        EvaluationOutput.WriteText(Console.Output, evaluation);
        Console.Output.WriteLine();
        Console.Output.WriteLine($"predictions  {Shown(result.Predictions)}");
        Console.Output.WriteLine($"model        {Shown(result.Training.Run.LastModel)}");
        Console.Output.WriteLine($"report       {Shown(result.Report)}");
    }

    private static void WriteJson(Utf8JsonWriter json, DemoResult result, EvaluationResult evaluation)
    {
        json.WriteStartObject();
        EvaluationOutput.WriteScores(json, evaluation);
        json.WriteString("report"u8, result.Report);
        json.WriteStartObject("seconds"u8);
        json.WriteNumber("data"u8, result.Seconds.Data);
        json.WriteNumber("train"u8, result.Seconds.Train);
        json.WriteNumber("eval"u8, result.Seconds.Eval);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A path as one would type it.</summary>
    private static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private sealed class Stages(ToolConsole console, IProgress<WorkProgress> target) : IProgress<DemoProgress>
    {
        private readonly TrainingProgress _training = new(console, target);

        public void Report(DemoProgress value)
        {
            switch (value.Stage)
            {
                case DemoStage.Drawing:
                    target.Report(new WorkProgress("draw scenes", value.Done, value.Total));
                    break;
                case DemoStage.Training:
                    _training.Report(value.Training!);
                    break;
                default:
                    target.Report(new WorkProgress("write report", value.Done, value.Total));
                    break;
            }
        }
    }
}
