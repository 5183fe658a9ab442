using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests;

/// <summary>Training from C#: a dataset in memory, a shipped configuration, progress, cancellation, the model used at once.</summary>
[Collection(TorchCollection.Name)]
public sealed class PanoptesTrainerTests : IDisposable
{
    private static readonly string[] s_small =
    [
        "model.backbone.base_width=4", "model.backbone.norm=group_norm", "model.backbone.norm_groups=2", "model.backbone.frozen_stages=0",
        "model.fpn.channels=8", "model.head.channels=8", "model.head.convs=1", "model.head.norm_groups=2", "model.embedmask.mask_convs=1",
        "model.weights=null", "input.short_side=64", "input.long_side=64", "schedule.iterations=6", "schedule.batch_size=2",
        "schedule.accumulation=1", "schedule.minutes=null",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-trainer-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_model_trained_from_memory_is_there_to_be_used()
    {
        List<ProgressReport> reports = [];
        PanoptesTrainer trainer = new(Config(), new TrainerOptions { Output = Path.Combine(_folder, "run") });

        TrainingOutcome outcome = await trainer.TrainAsync(new Direct(reports.Add), Token);

        Assert.Equal((6, false), (outcome.Iteration, outcome.Interrupted));
        Assert.Equal(6, reports.Last(r => r.Phase == TrainingPhase.Training).Iteration);
        Assert.True(File.Exists(outcome.Run.ReportFile));
        using Segmenter segmenter = Segmenter.Load(outcome.Model);
        Assert.Equal(["disk", "bar"], segmenter.Card.Classes.Select(c => c.Name));
        Segmentation found = await segmenter.SegmentAsync(new Image(64, 64), Token);
        Assert.Equal((64, 64), (found.Width, found.Height));
    }

    [Fact]
    public async Task A_cancelled_run_is_saved_and_goes_on()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        TrainerOptions options = new() { Output = Path.Combine(_folder, "run"), Report = null };
        PanoptesConfig config = Config();

        TrainingOutcome first = await new PanoptesTrainer(config, options).TrainAsync(
            new Direct(report =>
            {
                if (report.Iteration == 3) stop.Cancel();
            }),
            stop.Token);
        TrainingOutcome second = await new PanoptesTrainer(config, options with { Resume = true }).TrainAsync(cancellationToken: Token);

        Assert.Equal((3, true), (first.Iteration, first.Interrupted));
        Assert.Equal((6, false), (second.Iteration, second.Interrupted));
        Assert.False(File.Exists(second.Run.ReportFile));
    }

    [Fact]
    public async Task A_configuration_without_data_is_refused_before_anything_is_written()
    {
        PanoptesTrainer trainer = new(ShippedConfigs.Load("embedmask_slim", s_small), new TrainerOptions { Output = Path.Combine(_folder, "run") });

        InputException error = await Assert.ThrowsAsync<InputException>(() => trainer.TrainAsync(cancellationToken: Token));

        Assert.Contains("data.train", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "run")));
    }

    [Fact]
    public async Task A_value_that_no_file_may_hold_is_refused_in_a_record_too()
    {
        PanoptesConfig config = Config();
        PanoptesTrainer trainer = new(
            config with { Data = config.Data with { Workers = 0 } }, new TrainerOptions { Output = Path.Combine(_folder, "run") });

        InputException error = await Assert.ThrowsAsync<InputException>(() => trainer.TrainAsync(cancellationToken: Token));

        Assert.Contains("data.workers: '0' is not allowed", error.Message, StringComparison.Ordinal);
    }

    private PanoptesConfig Config()
    {
        LabeledImages shapes = new(["disk", "bar"]);
        Random random = new(4);
        for (int i = 0; i < 4; i++)
        {
            Image image = new(64, 64);
            random.NextBytes(image.Pixels);
            Rle disk = Rle.FromPolygon([32, 10, 54, 32, 32, 54, 10, 32], 64, 64);
            shapes.Add(image, [new LabeledObject("disk", disk), new LabeledObject("bar", Rle.FromBox(new Box(2, 2, 60, 9), image.Size))]);
        }

        PanoptesConfig config = ShippedConfigs.Load("embedmask_slim", s_small);
        return config with { Data = new DataConfig { Workers = 1, Train = shapes.Save(Path.Combine(_folder, "data")) } };
    }

    private sealed class Direct(Action<ProgressReport> told) : IProgress<ProgressReport>
    {
        public void Report(ProgressReport value) => told(value);
    }
}
