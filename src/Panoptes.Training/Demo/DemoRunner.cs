using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Reports.Pages;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Reports;
using Panoptes.Training.Scenes;

namespace Panoptes.Training.Demo;

/// <summary>
/// The whole way from images to masks: trains a network on photographs, or on scenes that it draws, evaluates it on others, writes its
/// predictions and a page that shows them.
/// </summary>
public static class DemoRunner
{
    /// <summary>Runs the demo.</summary>
    /// <param name="options">What to draw, train and show.</param>
    /// <param name="progress">Told how far it is, from several threads.</param>
    /// <param name="logger">Receives the trainer's warnings.</param>
    /// <param name="cancellationToken">
    /// Ends the training after the step under way; the page is written with what there is, and the run can be resumed. Cancelled before
    /// training, there is nothing to show.
    /// </param>
    /// <exception cref="InputException">An option, or a value of the configuration, is not allowed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before the training began.</exception>
    public static DemoResult Run(
        DemoOptions options,
        IProgress<DemoProgress>? progress = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        long start = Stopwatch.GetTimestamp();
        (DatasetConfig train, DatasetConfig val) = options.Photographs is { } photographs
            ? (photographs.Train, photographs.Val)
            : DrawScenes(options, progress, cancellationToken);
        double data = Stopwatch.GetElapsedTime(start).TotalSeconds;

        start = Stopwatch.GetTimestamp();
        TrainingOutcome outcome = Train(options, Configure(options, train, val), progress, logger, cancellationToken);
        double eval = outcome.Evaluation is { } evaluation ? Seconds(evaluation) : 0;
        double training = Stopwatch.GetElapsedTime(start).TotalSeconds - eval;

        // From here on little is left to do, and anyone who interrupted the training wants to see what it came to.
        progress?.Report(new DemoProgress(DemoStage.Reporting, 0, 1));
        string predictions = Path.Combine(outcome.Run.Path, "predictions");
        string report = Show(options, outcome, predictions);
        progress?.Report(new DemoProgress(DemoStage.Reporting, 1, 1));
        return new DemoResult(outcome, report, predictions, new DemoSeconds(data, training, eval));
    }

    /// <summary>What a demo trains: the given configuration on the demo's images, its schedule as long as the minutes say.</summary>
    /// <param name="options">The demo's options.</param>
    /// <param name="train">The images to train on.</param>
    /// <param name="val">The images to evaluate on.</param>
    internal static PanoptesConfig Configure(DemoOptions options, DatasetConfig train, DatasetConfig val)
    {
        ScheduleConfig schedule = options.Config.Schedule;
        double stretch = Math.Max(1, options.Minutes / DemoOptions.UsualMinutes);
        return options.Config with
        {
            Data = options.Config.Data with { Train = train, Val = val },
            Schedule = schedule with
            {
                Minutes = options.Minutes,
                Iterations = Stretched(schedule.Iterations),
                Decay = schedule.Decay with { Milestones = [.. schedule.Decay.Milestones.Select(Stretched)] },
            },
        };

        int Stretched(int iterations) => (int)Math.Min(int.MaxValue, Math.Round(iterations * stretch));
    }

    private static (DatasetConfig Train, DatasetConfig Val) DrawScenes(
        DemoOptions options, IProgress<DemoProgress>? progress, CancellationToken cancellationToken)
    {
        DrawingProgress? drawn = progress is null ? null : new DrawingProgress(progress, options.TrainScenes + options.UnseenScenes);
        SceneDataset scenes = SceneDatasetWriter.Write(
            Path.Combine(Path.GetFullPath(options.Output), "data"),
            options.TrainScenes,
            options.UnseenScenes,
            options.Scenes with { Seed = (ulong)options.Config.Seed },
            drawn,
            cancellationToken);
        return (Describe(scenes.Train), Describe(scenes.Val));
    }

    private static TrainingOutcome Train(
        DemoOptions options,
        PanoptesConfig config,
        IProgress<DemoProgress>? progress,
        ILogger? logger,
        CancellationToken cancellationToken)
    {
        TrainerOptions trainerOptions = new() { Output = NextRun(options.Output), Arguments = options.Arguments };
        using Trainer trainer = new(config, trainerOptions, logger);
        return trainer.Run(progress is null ? null : new TrainerProgress(progress), cancellationToken);
    }

    private static string Show(DemoOptions options, TrainingOutcome outcome, string predictions)
    {
        using TorchNetwork network = ModelFile.Load(outcome.Run.LastModel);
        IReadOnlyList<ExampleImage> examples = ExampleImages.Draw(
            network, outcome.Data, options.Examples, ScoreThreshold.Of(outcome.Evaluation?.Segm), CancellationToken.None);
        Directory.CreateDirectory(predictions);
        foreach (ExampleImage example in examples)
        {
            example.Prediction.SavePng(Path.Combine(predictions, example.Name + ".png"));
        }

        if (outcome.Evaluation is { } evaluation)
        {
            CocoWriter.WriteResults(Path.Combine(predictions, "predictions.json"), evaluation.Detections);
            if (evaluation.Panoptic is not null)
            {
                WriteSegments(network, outcome.Data.Validation!, Path.Combine(predictions, "panoptic.json"));
            }
        }

        return RunReport.Write(outcome, examples, new RunReportOptions
        {
            Title = $"{TrainingMethod.Of(options.Config.Model.Method).Title} learns to "
                + (network.Card.IsPanoptic ? "name every pixel" : "cut out objects"),
            Introduction = options.Photographs is null ? OfScenes(outcome) : OfPhotographs(outcome),
            Tool = options.Tool,
        });
    }

    private static string OfScenes(TrainingOutcome outcome)
    {
        int stuff = outcome.Data.StuffClasses.Count;
        string scenes = $"{Html.Count(outcome.Data.Images.Count, "scene")} of {outcome.Data.Classes.Count} kinds of things"
            + (stuff > 0 ? $" before {stuff} kinds of stuff" : "");
        return $"Panoptes drew {scenes} and trained a small network on them for {Html.Duration(outcome.Seconds)}, starting from random "
            + "weights. Below is what it makes of scenes that it has never seen.";
    }

    private static string OfPhotographs(TrainingOutcome outcome)
    {
        string objects = string.Join(", ", outcome.Data.Classes.Select(c => c.Name));
        int count = outcome.Data.Images.Sum(image => image.Objects.Count);
        return $"Panoptes looked at {Html.Count(outcome.Data.Images.Count, "photograph")} with {Html.Count(count, "outline")} ({objects}) "
            + $"for {Html.Duration(outcome.Seconds)}, starting from a network that knows ImageNet's photographs but no masks. Below is "
            + "what it makes of photographs that it has never seen.";
    }

    /// <summary>Predicts once more: label maps of all scenes are not kept while they are measured.</summary>
    private static void WriteSegments(TorchNetwork network, EvaluationData data, string path)
    {
        Segmenter segmenter = new(network);
        PanopticResultWriter writer = new(path, network.Card.ListCategories());
        foreach (CocoImage image in data.Objects.Images)
        {
            Segmentation found = segmenter.Segment(Image.Load(Path.Combine(data.ImagesFolder, image.FileName)));
            writer.Add(image.Id, Path.ChangeExtension(image.FileName, ".png"), found.Panoptic!);
        }

        writer.Complete();
    }

    /// <summary>The first of run1, run2, ... that is not there yet: no demo touches an earlier one's run.</summary>
    private static string NextRun(string output) => Enumerable.Range(1, int.MaxValue)
        .Select(number => Path.Combine(Path.GetFullPath(output), $"run{number}"))
        .First(run => !Path.Exists(run));

    private static DatasetConfig Describe(SceneSplit split) => new()
    {
        Images = split.Images,
        Annotations = split.Annotations,
        Panoptic = split.Panoptic,
        PanopticFolder = split.PanopticFolder,
    };

    private static double Seconds(EvaluationResult evaluation) =>
        evaluation.Seconds.Load + evaluation.Seconds.Network + evaluation.Seconds.Post
        + evaluation.Bbox.Seconds.Match + evaluation.Bbox.Seconds.Accumulate
        + evaluation.Segm.Seconds.Match + evaluation.Segm.Seconds.Accumulate;

    private sealed class DrawingProgress(IProgress<DemoProgress> target, int all) : IProgress<int>
    {
        public void Report(int value) => target.Report(new DemoProgress(DemoStage.Drawing, value, all));
    }

    private sealed class TrainerProgress(IProgress<DemoProgress> target) : IProgress<ProgressReport>
    {
        public void Report(ProgressReport value) =>
            target.Report(new DemoProgress(DemoStage.Training, value.Iteration, value.Iterations, value));
    }
}
