using System.Text.Json;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.EmbedMask;
using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Ciae;
using Panoptes.Training.Scenes;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Engine;

/// <summary>Whole runs on panoptic data: every method, with segments alone and with instances next to them.</summary>
[Collection(TorchCollection.Name)]
public sealed class PanopticRunTests : IDisposable
{
    private const string Yaml = """
        model:
          backbone: { type: resnet18, norm: group_norm, norm_groups: 2, base_width: 4, frozen_stages: 0 }
          fpn: { channels: 8, levels: 3 }
          head: { channels: 8, convs: 1, norm_groups: 2 }
          fcos: { level_boundaries: [32, 64] }
          embedmask: { embedding_dim: 4, mask_convs: 1 }
          meinst: { size: 8, dimension: 6, mask_convs: 1 }
          ciae: { channels: 8, norm_groups: 2, embedding_dim: 8, loss_stride: 4, min_stuff_area: 0, instance_threshold: 0.001 }
          semantic: { channels: 8, norm_groups: 2, min_stuff_area: 0, instance_threshold: 0.001 }
          detection: { score_threshold: 0.001, max_detections: 20 }
        input: { short_side: 64, long_side: 96 }
        schedule: { iterations: 2, batch_size: 2 }
        data: { workers: 1 }
        logging: { every: 1 }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly SceneDataset _scenes;

    public PanopticRunTests() => _scenes = SceneDatasetWriter.Write(
        Path.Combine(_folder.Path, "scenes"), trainCount: 6, valCount: 3, new SceneOptions { Size = 64, MinThings = 1, MaxThings = 3 },
        cancellationToken: TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ciae", false, true)]
    [InlineData("ciae", true, true, "model.ciae.loss_stride=1", "replicas=2")]
    [InlineData("ciae", false, true, "model.semantic.enabled=true")]
    [InlineData("embedmask", true, true, "model.semantic.enabled=true")]
    [InlineData("meinst", false, true, "model.semantic.enabled=true")]
    [InlineData("embedmask", false, false)]
    [InlineData("embedmask", true, false)]
    [InlineData("meinst", false, false)]
    public void Every_method_trains_and_is_measured(string method, bool instances, bool panoptic, params string[] settings)
    {
        TrainingOutcome outcome = Train($"model.method={method}", instances, settings);
        EvaluationResult evaluation = outcome.Evaluation!;
        Assert.Equal((3, panoptic), (evaluation.Images, evaluation.Panoptic is not null));
        ModelCard card = ModelCard.Load(outcome.Run.LastModel);
        Assert.Equal(SceneCategories.Things.Select(c => (long)c.Id), card.Classes.Select(c => c.CategoryId));
        Assert.Equal(panoptic ? SceneCategories.Stuff.Select(c => (long)c.Id) : [], card.StuffClasses.Select(c => c.CategoryId));
        string[] metrics = File.ReadAllLines(outcome.Run.MetricsJsonlFile);
        Assert.Equal(panoptic, metrics[^1].Contains("\"eval_panoptic_PQ\"", StringComparison.Ordinal));
        Assert.Contains("\"eval_segm_AP\"", metrics[^1], StringComparison.Ordinal);
        Assert.Equal(panoptic ? evaluation.Panoptic!.All.Pq : evaluation.Segm.Ap, evaluation.Score);

        // Ground truth and prediction side by side; below them a legend where there are classes without names in the image.
        string[] sheets = [.. Directory.GetFiles(outcome.Run.SamplesFolder, "*.png", SearchOption.AllDirectories).Order()];
        Assert.Equal(3, sheets.Length);
        ImageSize sheet = Image.ReadSize(sheets[0]);
        ImageSize single = Image.ReadSize(Directory.GetFiles(_scenes.Val.Images).Order().First());
        Assert.Equal((2 * single.Width) + 4, sheet.Width);
        Assert.Equal(panoptic, sheet.Height > single.Height);
    }

    /// <summary>What is measured in memory is what its PNGs measure, and what trains is what evaluates.</summary>
    [Fact]
    public void The_quality_is_that_of_the_written_results()
    {
        (TrainingOutcome outcome, EvaluationData data) = TrainShortly();
        using TorchNetwork network = ModelFile.Load(outcome.Run.LastModel);
        string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "found")).FullName;
        List<object> annotations = [];
        EvaluationResult result = new Evaluator(data).Run(
            new Segmenter(network),
            found: (image, segmentation) =>
            {
                string file = $"{image.Id}.png";
                segmentation.Panoptic!.Labels.SavePng(Path.Combine(folder, file));
                annotations.Add(new
                {
                    image_id = image.Id,
                    file_name = file,
                    segments_info = segmentation.Panoptic.Segments.Select(s => new { id = s.Id, category_id = s.CategoryId }),
                });
                Assert.Equal(segmentation.Panoptic.Segments.Count(s => s.IsThing), segmentation.Instances.Count);
            },
            cancellationToken: TestContext.Current.CancellationToken);
        string json = _folder.Write("found.json", JsonSerializer.Serialize(new { annotations }));
        PqResult files = PanopticQuality.Score(
            _scenes.Val.Panoptic, _scenes.Val.PanopticFolder, json, folder, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(files.Classes.Sum(c => c.FalseNegatives + c.TruePositives) > 6);
        Assert.True(files.All.Pq > 0, $"{files.All}");
        Assert.Equal(files.Classes, result.Panoptic!.Classes);
        Assert.Equal((files.All, files.MeanIoU), (result.Panoptic.All, result.Panoptic.MeanIoU));
        Assert.Equal(files.Classes, outcome.Evaluation!.Panoptic!.Classes);
        Assert.Equal(result.Segm.Stats, outcome.Evaluation.Segm.Stats);
    }

    [Fact]
    public void The_first_images_score_from_the_same_predictions_as_they_do_alone()
    {
        (TrainingOutcome outcome, EvaluationData data) = TrainShortly();
        using TorchNetwork network = ModelFile.Load(outcome.Run.LastModel);
        Evaluator evaluator = new(data);
        Segmenter segmenter = new(network);

        (EvaluationResult all, EvaluationResult first) =
            evaluator.RunWithFirst(segmenter, 3, 1, null, TestContext.Current.CancellationToken);

        EvaluationResult alone = evaluator.Run(segmenter, limit: 1, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((3, 1), (all.Images, first.Images));
        Assert.Equal(outcome.Evaluation!.Figures(), all.Figures());
        Assert.Equal(alone.Figures(), first.Figures());
        Assert.NotEqual(all.Figures(), first.Figures());
    }

    [Fact]
    public void With_true_boxes_things_are_found_better()
    {
        (TrainingOutcome outcome, EvaluationData data) = TrainShortly();
        using TorchNetwork network = ModelFile.Load(outcome.Run.LastModel);
        TrueInstances oracle = new(data, network);
        List<(KnownInstance GroundTruth, Instance Found)> pairs = [];
        int index = 0;

        EvaluationResult detected = new Evaluator(data, batchSize: 2).Run(
            new Segmenter(network), cancellationToken: TestContext.Current.CancellationToken);
        EvaluationResult given = new Evaluator(data, batchSize: 2, network).Run(
            new Segmenter(network),
            found: (image, segmentation) =>
            {
                IReadOnlyList<KnownInstance> known = oracle.ListOf(index++, Image.Load(Path.Combine(_scenes.Val.Images, image.FileName)));
                PanopticAnnotation annotation = data.Panoptic!.Annotations.Single(a => a.ImageId == image.Id);
                Assert.Equal(annotation.Segments.Count(s => s.CategoryId < 10), known.Count);
                pairs.AddRange(segmentation.Instances.Select(i => (known.Single(k => k.Box == i.Box), i)));
            },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((false, true), (detected.WithTrueBoxes, given.WithTrueBoxes));
        Assert.True(given.Panoptic!.Things.Pq > detected.Panoptic!.Things.Pq, $"{given.Panoptic.Things} {detected.Panoptic.Things}");
        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair =>
        {
            Assert.Equal((pair.GroundTruth.ClassIndex, 1f), (pair.Found.ClassIndex, pair.Found.Score));
            Rle mask = pair.Found.Mask;
            Assert.Equal(mask.Area, mask.IntersectionArea(Rle.FromBox(pair.GroundTruth.Box, mask.Height, mask.Width)));
        });
    }

    [Fact]
    public void The_oracle_needs_segments_and_a_model_of_ciae()
    {
        using TorchNetwork ciae = ModelFile.Load(Train("model.method=ciae", instances: false, "schedule.iterations=0").Run.LastModel);
        using TorchNetwork other = new(
            ciae.Model, ciae.Card with { MethodOptions = new EmbedMaskOptions() }, Device.Cpu, channelsLast: false, ownsModel: false);
        EvaluationData objects = EvaluationData.Load(_scenes.Val.Images, _scenes.Val.Annotations, null, null);
        EvaluationData segments = EvaluationData.Load(_scenes.Val.Images, null, _scenes.Val.Panoptic, _scenes.Val.PanopticFolder);

        Assert.Matches("panoptic annotations", Assert.Throws<InputException>(() => new TrueInstances(objects, ciae)).Message);
        Assert.Matches("EmbedMask", Assert.Throws<InputException>(() => new TrueInstances(segments, other)).Message);
        Assert.Matches(@"000000\.png: is \d+x\d+, and its image .*000000\.jpg 5x4$", Assert.Throws<InputException>(
            () => new TrueInstances(segments, ciae).ListOf(0, new Image(5, 4))).Message);
    }

    [Fact]
    public void A_panoptic_model_needs_the_stuff_of_what_it_is_measured_on()
    {
        TrainingOutcome outcome = Train("model.method=ciae", instances: false, "schedule.iterations=0");
        using TorchNetwork network = ModelFile.Load(outcome.Run.LastModel);
        EvaluationData data = EvaluationData.Load(_scenes.Val.Images, null, _scenes.Val.Panoptic, _scenes.Val.PanopticFolder);
        PanopticDataset less = data.Panoptic! with { Categories = [.. data.Panoptic.Categories.Where(c => c.Name != "water")] };
        string message = Assert.Throws<InputException>(() => new Evaluator(data with { Panoptic = less }).Run(
            new Segmenter(network), cancellationToken: TestContext.Current.CancellationToken)).Message;
        Assert.Contains("has no class 14 'water (stuff)' of the model", message, StringComparison.Ordinal);
    }

    /// <summary>A network of CIAE that begins to find things, and what it is evaluated on.</summary>
    private (TrainingOutcome Outcome, EvaluationData Data) TrainShortly()
    {
        TrainingOutcome outcome = Train(
            "model.method=ciae", instances: true, "schedule.iterations=20", "optimizer.kind=adamw", "optimizer.learning_rate=0.01");
        SceneSplit val = _scenes.Val;
        return (outcome, EvaluationData.Load(val.Images, val.Annotations, val.Panoptic, val.PanopticFolder));
    }

    private TrainingOutcome Train(string method, bool instances, params string[] settings)
    {
        List<string> all = [method, .. settings];
        foreach ((string part, SceneSplit split) in new[] { ("train", _scenes.Train), ("val", _scenes.Val) })
        {
            all.AddRange([
                $"data.{part}.images={split.Images}", $"data.{part}.panoptic={split.Panoptic}",
                $"data.{part}.panoptic_folder={split.PanopticFolder}",
            ]);
            if (instances) all.Add($"data.{part}.annotations={split.Annotations}");
        }

        PanoptesConfig config = ConfigLoader.Parse(Yaml, "tiny", [.. all]);
        using Trainer trainer = new(config, new TrainerOptions { Output = Path.Combine(_folder.Path, "run") });
        return trainer.Run(cancellationToken: TestContext.Current.CancellationToken);
    }
}
