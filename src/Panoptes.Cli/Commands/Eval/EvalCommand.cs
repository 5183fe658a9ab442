using System.CommandLine;
using System.Text;
using Panoptes.Cli.Input;
using Panoptes.Cli.Output;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco;
using Panoptes.Evaluation;
using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Commands.Eval;

/// <summary><c>panoptes eval</c>: COCO's AP of a model on labelled pictures.</summary>
internal sealed class EvalCommand : ToolCommand
{
    /// <summary>Pictures drawn into the output folder.</summary>
    private const int Samples = 8;

    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string?> _images = new("--images") { Description = "The folder of the pictures.", HelpName = "DIR" };

    private readonly Option<string?> _annotations = new("--annotations")
    {
        Description = "Their COCO instance annotations (JSON).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _output = new("--output")
    {
        Description = "Write predictions.json, metrics.json and some pictures with ground truth and predictions here.",
        HelpName = "DIR",
    };

    private readonly Option<int?> _limit = new("--limit") { Description = "Only the first so many pictures.", HelpName = "N" };
    private readonly Option<bool> _perClass = CommonOptions.PerClass();
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<bool> _json = CommonOptions.Json();

    /// <param name="console">Where the figures go.</param>
    public EvalCommand(ToolConsole console)
        : base(
            console,
            "eval",
            "Measure a model's average precision and recall on labelled pictures.",
            "panoptes eval --model runs/mine/best.safetensors --images val2017 --annotations instances_val2017.json",
            "panoptes eval --model runs/mine/best.safetensors --images val2017 --annotations instances_val2017.json --limit 100 --json")
    {
        foreach (Option option in new Option[] { _model, _images, _annotations, _output, _limit, _perClass, _device, _json })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(_images) is not { } images || arguments.GetValue(_annotations) is not { } annotations)
        {
            throw new InputException(
                "give --images DIR and --annotations FILE: a model file does not keep where the pictures lay that it was trained with");
        }

        int? limit = arguments.GetValue(_limit);
        if (limit < 1) throw new InputException($"--limit {limit}: it must be at least 1");
        Device device = Devices.Parse(arguments.GetRequiredValue(_device));
        InputFolder.Require("--images", images);
        InstanceDataset dataset = InstanceDataset.Load(annotations);
        foreach (string warning in dataset.DescribeWarnings()) Console.Say($"warning: {warning}");
        using TorchNetwork network = Models.Load(arguments.GetRequiredValue(_model), device);
        string? output = arguments.GetValue(_output) is { } folder ? OutputFolder.Create(folder) : null;
        Segmenter segmenter = new(network);

        EvaluationResult result = await ProgressDisplay.RunAsync(
            Console,
            progress => Task.FromResult(new Evaluator(dataset, images).Run(segmenter, limit, new PictureProgress("evaluate", progress), cancellationToken)))
            .ConfigureAwait(false);
        if (output is not null)
        {
            Write(output, result);
            string samples = Directory.CreateDirectory(Path.Combine(output, "samples")).FullName;
            SampleSheets.Draw(segmenter, dataset, images, Math.Min(Samples, result.Images), samples);
        }

        if (arguments.GetValue(_json))
        {
            JsonOutput.WriteLine(Console.Output, json => EvaluationOutput.Write(json, result));
        }
        else
        {
            EvaluationOutput.WriteText(Console.Output, result, arguments.GetValue(_perClass));
        }

        return ExitCode.Done;
    }

    private static void Write(string folder, EvaluationResult result)
    {
        CocoWriter.WriteResults(Path.Combine(folder, "predictions.json"), result.Detections);
        using StringWriter metrics = new();
        JsonOutput.WriteLine(metrics, json => EvaluationOutput.Write(json, result));
        AtomicFile.WriteAllBytes(Path.Combine(folder, "metrics.json"), Encoding.UTF8.GetBytes(metrics.ToString()));
    }
}
