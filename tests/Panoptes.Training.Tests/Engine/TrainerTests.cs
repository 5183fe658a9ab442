using System.Text.Json.Nodes;
using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Scenes;
using Panoptes.Training.Tests.Configuration;
using Panoptes.Training.Tests.Models;

namespace Panoptes.Training.Tests.Engine;

/// <summary>Whole runs of a minimal network on a handful of drawn scenes.</summary>
[Collection(TorchCollection.Name)]
public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SceneDataset _scenes;

    public TrainerTests() => _scenes = SceneDatasetWriter.Write(
        Path.Combine(_folder.Path, "scenes"), trainCount: 6, valCount: 2, new SceneOptions { Size = 64, MinThings = 1, MaxThings = 3 },
        cancellationToken: TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_leaves_its_folder_complete()
    {
        Progress progress = new(_ => { });
        TrainingOutcome outcome = Train(
            "whole", progress, "schedule.iterations=4", "evaluation.every=2", "checkpoint.every=2", "checkpoint.keep=1");
        Assert.Equal((4, false), (outcome.Iteration, outcome.Interrupted));
        Assert.NotNull(outcome.Evaluation);
        Assert.Equal(2, outcome.Evaluation.Images);

        string[] files = [.. Directory.GetFiles(outcome.Run.Path, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(outcome.Run.Path, file).Replace('\\', '/'))];
        string[] expected =
        [
            "config.json", "env.json", "metrics.jsonl", "metrics.csv", "last.safetensors", "best.safetensors",
            "model_00000004.safetensors", "checkpoint/state.safetensors", "samples/00000002/000000.png", "samples/00000004/000001.png",
        ];
        Assert.All(expected, file => Assert.Contains(file, files));
        Assert.Contains(files, file => file.Contains("tfevents", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.EndsWith(".tmp", StringComparison.Ordinal) || file == "model_00000002.safetensors");
        Assert.Equal(
            [TrainingPhase.Starting, TrainingPhase.Training, TrainingPhase.Saving, TrainingPhase.Evaluating, TrainingPhase.Finished],
            progress.Reports.Select(r => r.Phase).Distinct());
        Assert.Contains("\"eval_segm_AP\"", File.ReadAllText(outcome.Run.MetricsJsonlFile));
        using TorchNetwork model = ModelFile.Load(outcome.Run.LastModel);
        Assert.Equal(SceneCategories.Things.Select(c => c.Name), model.Card.Classes.Select(c => c.Name));
    }

    [Theory]
    [InlineData("schedule.accumulation=2", "model.fcos.normalizer=moving_fg", "input.short_side=[48,64]")]
    [InlineData("optimizer.kind=adamw", "optimizer.learning_rate=0.001", "model.backbone.norm=batch_norm")]
    [InlineData("replicas=2", "schedule.batch_size=4", "model.backbone.norm=batch_norm", "model.fcos.normalizer=moving_fg")]
    [InlineData("optimizer.style=legacy", "optimizer.clip_norm=1", "data.workers=3", "channels_last=false")]
    [InlineData("optimizer.ema_decay=0.9", "evaluation.every=2", "model.backbone.norm=batch_norm", "replicas=2")]
    public void A_resumed_run_ends_with_the_same_bytes(params string[] settings)
    {
        settings = ["schedule.iterations=6", .. settings];
        TrainingOutcome whole = Train("whole", null, settings);

        using CancellationTokenSource stop = new();
        using (Trainer first = Open("parts", resume: false, settings))
        {
            TrainingOutcome part = first.Run(
                new Progress(report =>
                {
                    if (report.Phase == TrainingPhase.Training && report.Iteration == 3)
                    {
                        stop.Cancel();
                    }
                }),
                stop.Token);
            Assert.Equal((3, true), (part.Iteration, part.Interrupted));
            Assert.Null(part.Evaluation);
            Assert.NotEqual(File.ReadAllBytes(whole.Run.LastModel), File.ReadAllBytes(part.Run.LastModel));
        }

        using Trainer second = Open("parts", resume: true, settings);
        TrainingOutcome rest = second.Run(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((6, false), (rest.Iteration, rest.Interrupted));
        Assert.Equal(File.ReadAllBytes(whole.Run.LastModel), File.ReadAllBytes(rest.Run.LastModel));
        Assert.Equal(whole.Evaluation!.Segm.Stats, rest.Evaluation!.Segm.Stats);
        Assert.Equal(Iterations(whole), Iterations(rest));
    }

    [Fact]
    public void A_checkpoint_with_the_state_of_libtorchs_own_random_numbers_resumes()
    {
        string[] settings = ["schedule.iterations=4"];
        Train("old", null, "schedule.iterations=2");
        string state = Path.Combine(_folder.Path, "old", "checkpoint", "state.safetensors");
        using (TensorScope scope = new())
        using (SafetensorsFile file = WeightLoader.Open(state))
        {
            // Version 0.1 kept 5,056 bytes of a Mersenne twister.
            JsonNode json = JsonNode.Parse(file.Metadata["panoptes.checkpoint"])!;
            json["random_state"] = Convert.ToBase64String(new byte[5056]);
            Dictionary<string, string> metadata = new(file.Metadata) { ["panoptes.checkpoint"] = json.ToJsonString() };
            SafetensorsWriter.Write(state, [.. file.Tensors.Keys.Select(name => (name, file.Load(name)))], metadata);
        }

        using Trainer trainer = Open("old", resume: true, settings);
        Assert.Equal(4, trainer.Run(cancellationToken: TestContext.Current.CancellationToken).Iteration);
    }

    [Fact]
    public void Replicas_side_by_side_learn_what_passes_one_after_another_learn()
    {
        string[] settings = ["schedule.iterations=3", "optimizer.base_batch=2"];
        TrainingOutcome passes = Train("passes", null, [.. settings, "schedule.batch_size=1", "schedule.accumulation=2"]);
        TrainingOutcome beside = Train("beside", null, [.. settings, "schedule.batch_size=2", "replicas=2"]);
        Assert.Equal(Tensors(passes.Run.LastModel), Tensors(beside.Run.LastModel));

        float[] Tensors(string path)
        {
            using TensorScope scope = new();
            using TrainableModel model = ModelFactory.Create(Config(settings), SceneCategories.Things.Count);
            using SafetensorsFile file = WeightLoader.Open(path);
            return [.. model.State().SelectMany(t => file.Load(t.Name).ToArray<float>())];
        }
    }

    [Fact]
    public void A_batch_that_is_left_open_is_chosen_and_written_down()
    {
        TrainingOutcome outcome = Train(
            "open", null, "schedule.iterations=2", "schedule.batch_size=0", "optimizer.base_batch=2", "schedule.accumulation=3");
        PanoptesConfig config = outcome.Run.LoadConfig();
        Assert.Equal(2, config.Schedule.BatchSize * config.Schedule.Accumulation);
        InputException error = Assert.Throws<InputException>(
            () => Train("parts", null, "schedule.batch_size=0", "optimizer.base_batch=3", "replicas=2"));
        Assert.Contains("2 parts do not divide optimizer.base_batch, the 3 images of a step", error.Message);
    }

    [Fact]
    public void The_average_of_the_weights_is_saved_and_training_goes_on_without_it()
    {
        string[] settings = ["schedule.iterations=5", "evaluation.every=2", "checkpoint.every=3", "model.backbone.norm=batch_norm"];
        TrainingOutcome plain = Train("plain", null, settings);
        TrainingOutcome averaged = Train("averaged", null, [.. settings, "optimizer.ema_decay=0.99"]);

        using TensorScope scope = new();
        using SafetensorsFile last = WeightLoader.Open(plain.Run.LastModel);
        using SafetensorsFile model = WeightLoader.Open(averaged.Run.LastModel);
        using SafetensorsFile state = WeightLoader.Open(Path.Combine(averaged.Run.CheckpointFolder, "state.safetensors"));
        int moved = 0;
        foreach (string name in last.Tensors.Keys.Where(name => state.Tensors.ContainsKey($"average.{name}")))
        {
            float[] weights = last.Load(name).ToArray<float>();
            Assert.Equal(weights, state.Load($"model.{name}").ToArray<float>());
            float[] saved = model.Load(name).ToArray<float>();
            Assert.Equal(saved, state.Load($"average.{name}").ToArray<float>());
            moved += saved.SequenceEqual(weights) ? 0 : 1;
        }

        Assert.InRange(moved, 0.9 * last.Tensors.Count, last.Tensors.Count);
        Assert.Contains("average.backbone.bn1.running_mean", state.Tensors.Keys);
    }

    [Theory]
    [InlineData("evaluation.best_by=segm_AP50")]
    [InlineData("evaluation.limit=1")]
    public void A_run_ends_when_evaluations_get_no_better(string setting)
    {
        // Without a learning rate no evaluation is better than the first one.
        string[] settings = ["schedule.iterations=9", "evaluation.every=2", "optimizer.learning_rate=0", setting];
        TrainingOutcome outcome = Train("stopped", null, [.. settings, "evaluation.patience=2"]);
        Assert.Equal((6, false), (outcome.Iteration, outcome.Interrupted));
        Assert.Equal(2, outcome.Evaluation!.Images);
        string[] evaluated = [.. File.ReadLines(outcome.Run.MetricsJsonlFile).Where(line => line.Contains("eval_segm_AP\""))];
        Assert.Equal(setting.EndsWith('1') ? 4 : 3, evaluated.Length); // all images once more where evaluations were limited

        using Trainer more = Open("stopped", resume: true, [.. settings, "evaluation.patience=9"]);
        Assert.Equal(9, more.Run(cancellationToken: TestContext.Current.CancellationToken).Iteration);
        Assert.Equal(9, Train("whole", null, settings).Iteration);
    }

    [Fact]
    public void The_last_evaluation_is_compared_on_the_images_that_the_others_had()
    {
        // The first image has no objects, which scores -1; both images together score 0 at least, by the same or any other model.
        string annotations = ChangedAnnotations(_scenes.Val, objects =>
        {
            foreach (JsonNode? one in objects.Where(a => (long)a!["image_id"]! == 1).ToArray()) objects.Remove(one);
        });
        TrainingOutcome outcome = Train(
            "best", null, "schedule.iterations=4", "evaluation.every=2", "evaluation.limit=1", $"data.val.annotations={annotations}");

        Assert.Equal(2, outcome.Evaluation!.Images);
        Assert.InRange(outcome.Evaluation.Segm.Ap, 0, 1);
        using SafetensorsFile state = WeightLoader.Open(Path.Combine(outcome.Run.CheckpointFolder, "state.safetensors"));
        JsonNode best = JsonNode.Parse(state.Metadata["panoptes.checkpoint"])!["best"]!;
        Assert.Equal((-1.0, 2), ((double)best["value"]!, (int)best["iteration"]!));
    }

    [Fact]
    public void Objects_that_no_location_is_assigned_to_are_counted_and_told()
    {
        // Three pixels between the locations at 4 and 12 of the finest level, in images that are not resized; one for each image.
        SceneDataset scenes = SceneDatasetWriter.Write(
            Path.Combine(_folder.Path, "square"), trainCount: 2, valCount: 1,
            new SceneOptions { Size = 64, AspectVariation = 0, MinThings = 1, MaxThings = 1 },
            cancellationToken: TestContext.Current.CancellationToken);
        string annotations = ChangedAnnotations(scenes.Train, objects =>
        {
            foreach (int image in new[] { 1, 2 })
            {
                objects.Add(JsonNode.Parse($$"""
                    {"id":{{900 + image}},"image_id":{{image}},"category_id":{{SceneCategories.Things[0].Id}},"bbox":[5,5,3,3],"area":9,
                    "iscrowd":0,"segmentation":[[5,5,8,5,8,8,5,8]]}
                    """));
            }
        });
        PanoptesConfig config = Config(
            "schedule.iterations=2", $"data.train.images={scenes.Train.Images}", $"data.train.annotations={annotations}");
        ListLogger log = new();
        using Trainer trainer = new(config, new TrainerOptions { Output = Path.Combine(_folder.Path, "tiny") }, log);
        TrainingOutcome outcome = trainer.Run(cancellationToken: TestContext.Current.CancellationToken);

        double[] shares = [.. MetricsJsonl.Read(outcome.Run.MetricsJsonlFile).Select(m => m.Unmatched).OfType<double>()];
        Assert.Equal(2, shares.Length); // a line for each step; an evaluation has none
        Assert.All(shares, share => Assert.InRange(share, 0.5, 1));
        string told = Assert.Single(log.Lines, line => line.Contains("had no location", StringComparison.Ordinal));
        Assert.StartsWith("advice: input.short_side: raise it ([64]); ", told, StringComparison.Ordinal);
        Assert.Contains(",unmatched,", File.ReadLines(outcome.Run.MetricsCsvFile).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_goes_wrong_on_a_replica_arrives()
    {
        string broken = Directory.GetFiles(_scenes.Train.Images).Order().Last();
        File.WriteAllBytes(broken, File.ReadAllBytes(broken)[..200]);
        InputException error = Assert.Throws<InputException>(() => Train("broken", null, "replicas=2", "schedule.iterations=9"));
        Assert.Contains(Path.GetFileName(broken), error.Message);
    }

    [Fact]
    public void Replicas_must_divide_the_batch()
    {
        InputException error = Assert.Throws<InputException>(() => Config("replicas=2", "schedule.batch_size=3"));
        Assert.Contains("replicas: 2 parts do not divide schedule.batch_size, 3 images.", error.Message);
    }

    [Fact]
    public void An_interrupted_evaluation_is_made_again()
    {
        string[] settings = ["schedule.iterations=4", "evaluation.every=2"];
        using CancellationTokenSource stop = new();
        Progress progress = new(report =>
        {
            if (report is { Phase: TrainingPhase.Evaluating, Iteration: 2, EvaluatedImages: 1 })
            {
                stop.Cancel();
            }
        });
        using (Trainer first = Open("parts", resume: false, settings))
        {
            Assert.True(first.Run(progress, stop.Token).Interrupted);
        }

        progress = new Progress(_ => { });
        using Trainer second = Open("parts", resume: true, settings);
        second.Run(progress, TestContext.Current.CancellationToken);
        Assert.Equal([2, 4], progress.Reports.Where(r => r.Evaluation.Count > 0).Select(r => r.Iteration));
    }

    [Fact]
    public void A_run_that_is_killed_in_its_first_evaluation_has_a_checkpoint()
    {
        string[] settings = ["schedule.iterations=4", "evaluation.every=2", "checkpoint.every=2"];
        Progress killed = new(report =>
        {
            if (report is { Phase: TrainingPhase.Evaluating, EvaluatedImages: 1 })
            {
                throw new InvalidOperationException("killed");
            }
        });
        Assert.Throws<InvalidOperationException>(() => Train("parts", killed, settings));

        Progress progress = new(_ => { });
        using Trainer second = Open("parts", resume: true, settings);
        TrainingOutcome rest = second.Run(progress, TestContext.Current.CancellationToken);
        Assert.Equal([2, 4], progress.Reports.Where(r => r.Evaluation.Count > 0).Select(r => r.Iteration));
        TrainingOutcome whole = Train("whole", null, settings);
        Assert.Equal(File.ReadAllBytes(whole.Run.LastModel), File.ReadAllBytes(rest.Run.LastModel));
        Assert.Equal(File.ReadAllBytes(whole.Run.BestModel), File.ReadAllBytes(rest.Run.BestModel));
    }

    [Theory]
    [InlineData(TrainingPhase.Training, 3, 0)]
    [InlineData(TrainingPhase.Evaluating, 2, 1)]
    public void An_error_of_libtorch_loses_no_step(TrainingPhase phase, int iteration, int images)
    {
        string[] settings = ["schedule.iterations=4", "evaluation.every=2", "checkpoint.every=0"];
        Progress full = new(report =>
        {
            if (report.Phase == phase && report.Iteration == iteration && report.EvaluatedImages == images)
            {
                throw new TorchException("no memory");
            }
        });
        Assert.Throws<TorchException>(() => Train("parts", full, settings));

        Progress progress = new(_ => { });
        using Trainer second = Open("parts", resume: true, settings);
        TrainingOutcome rest = second.Run(progress, TestContext.Current.CancellationToken);
        Assert.Equal(iteration + 1, progress.Reports.First(r => r.Phase == TrainingPhase.Training).Iteration);
        Assert.Equal(File.ReadAllBytes(Train("whole", null, settings).Run.LastModel), File.ReadAllBytes(rest.Run.LastModel));
    }

    [Fact]
    public void A_run_that_ended_before_it_saved_anything_leaves_its_folder_to_the_next()
    {
        string[] settings = ["schedule.iterations=2"];
        Progress crash = new(report =>
        {
            if (report.Iteration == 1)
            {
                throw new InvalidOperationException("crash");
            }
        });
        Assert.Throws<InvalidOperationException>(() => Train("again", crash, settings));
        InputException error = Assert.Throws<InputException>(() => Open("again", resume: true, settings));
        Assert.EndsWith("start again without TrainerOptions.Resume", error.Message, StringComparison.Ordinal);

        ListLogger log = new();
        using Trainer trainer = new(Config(settings), new TrainerOptions { Output = Path.Combine(_folder.Path, "again") }, log);
        TrainingOutcome outcome = trainer.Run(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 2], Iterations(outcome)); // two steps and the evaluation
        Assert.Single(Directory.GetFiles(outcome.Run.Path, "events.out.tfevents.*"));
        Assert.Contains(log.Lines, line => line.Contains("ended before it saved anything", StringComparison.Ordinal));
    }

    [Fact]
    public void The_seed_decides_the_run()
    {
        byte[] first = File.ReadAllBytes(Train("a", null, "schedule.iterations=3").Run.LastModel);
        Assert.Equal(first, File.ReadAllBytes(Train("b", null, "schedule.iterations=3").Run.LastModel));
        Assert.NotEqual(first, File.ReadAllBytes(Train("c", null, "schedule.iterations=3", "seed=8").Run.LastModel));
    }

    [Fact]
    public void No_iterations_write_the_initialized_model()
    {
        TrainingOutcome outcome = Train("none", null, "schedule.iterations=0");
        Assert.Equal(0, outcome.Iteration);
        PanoptesConfig config = Config("schedule.iterations=0");
        TorchRuntime.Seed(config.Seed);
        using TrainableModel expected = ModelFactory.Create(config, SceneCategories.Things.Count);
        using TensorScope scope = new();
        using SafetensorsFile file = WeightLoader.Open(outcome.Run.LastModel);
        Assert.All(expected.State(), t => Assert.Equal(t.Value.ToArray<float>(), file.Load(t.Name).ToArray<float>()));
    }

    [Theory]
    [InlineData("head.fcos.cls_logits.bias", "class")]
    [InlineData("head.fcos.bbox_pred.bias", "box")]
    [InlineData("head.fcos.centerness.bias", "centerness")]
    [InlineData("head.pixel_embed_pred.bias", "mask")]
    public void A_loss_that_is_no_number_is_named_with_its_images(string broken, string loss)
    {
        PanoptesConfig config = Config();
        string weights = Path.Combine(_folder.Path, "broken.safetensors");
        using (TrainableModel model = ModelFactory.Create(config, SceneCategories.Things.Count))
        {
            Init.Constant(model.State().Single(t => t.Name == broken).Value, double.NaN);
            ModelClass[] classes = [.. SceneCategories.Things.Select(c => new ModelClass(c.Name, c.Id))];
            ModelFile.Save(weights, model, ModelCards.Create(config, classes));
        }

        NonFiniteLossException error = Assert.Throws<NonFiniteLossException>(() => Train("nan", null, $"model.weights={weights}"));
        Assert.StartsWith($"iteration 1: the loss '{loss}' is NaN on ", error.Message);
        Assert.Equal(2, error.Message.Split(_scenes.Train.Images).Length - 1);
        Assert.Contains("optimizer.learning_rate", error.Message);
        Assert.EndsWith("no checkpoint was saved yet.", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.Path, "nan", "last.safetensors")));
    }

    [Fact]
    public void Weights_to_start_from_are_reported()
    {
        string weights = Train("first", null, "schedule.iterations=1").Run.LastModel;
        ListLogger log = new();
        using Trainer trainer = new(
            Config($"model.weights={weights}", "model.embedmask.embedding_dim=6"),
            new TrainerOptions { Output = Path.Combine(_folder.Path, "next") },
            log);
        Assert.Contains(log.Lines, line => line.StartsWith($"{weights}: ", StringComparison.Ordinal) && line.Contains("taken over"));
    }

    private TrainingOutcome Train(string output, IProgress<ProgressReport>? progress, params string[] settings)
    {
        using Trainer trainer = Open(output, resume: false, settings);
        return trainer.Run(progress, TestContext.Current.CancellationToken);
    }

    private Trainer Open(string output, bool resume, params string[] settings) =>
        new(Config(settings), new TrainerOptions { Output = Path.Combine(_folder.Path, output), Resume = resume });

    private PanoptesConfig Config(params string[] settings) => TinyModel.Config(
    [
        $"data.train.images={_scenes.Train.Images}", $"data.train.annotations={_scenes.Train.Annotations}",
        $"data.val.images={_scenes.Val.Images}", $"data.val.annotations={_scenes.Val.Annotations}",
        "data.workers=1", "input.short_side=64", "input.long_side=96", "schedule.batch_size=2", "schedule.warmup.iterations=2",
        "schedule.decay.milestones=[4]", "evaluation.samples=2", "logging.every=1", "threads=1", "seed=7", .. settings,
    ]);

    private string ChangedAnnotations(SceneSplit split, Action<JsonArray> change)
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(split.Annotations))!;
        change(json["annotations"]!.AsArray());
        return _folder.Write("changed.json", json.ToJsonString());
    }

    private static int[] Iterations(TrainingOutcome outcome) =>
        [.. File.ReadLines(outcome.Run.MetricsCsvFile).Skip(1).Select(line => int.Parse(line.Split(',')[0]))];

    /// <summary>Reports at once, on the thread that trains.</summary>
    private sealed class Progress(Action<ProgressReport> told) : IProgress<ProgressReport>
    {
        public List<ProgressReport> Reports { get; } = [];

        public void Report(ProgressReport value)
        {
            Reports.Add(value);
            told(value);
        }
    }
}
