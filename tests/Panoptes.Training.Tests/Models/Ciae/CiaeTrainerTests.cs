using Panoptes.Imaging;
using Panoptes.Torch;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Scenes;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Models.Ciae;

/// <summary>Whole runs of a minimal CIAE on a handful of drawn scenes.</summary>
[Collection(TorchCollection.Name)]
public sealed class CiaeTrainerTests : IDisposable
{
    private const string Ciae = TinyCiae.Prefix;

    private readonly TemporaryFolder _folder = new();
    private readonly SceneDataset _scenes;

    public CiaeTrainerTests() => _scenes = SceneDatasetWriter.Write(
        Path.Combine(_folder.Path, "scenes"),
        trainCount: 6,
        valCount: 2,
        new SceneOptions { Size = 64, MinThings = 1, MaxThings = 3, AspectVariation = 0 },
        cancellationToken: TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("replicas=2", "schedule.batch_size=4", Ciae + "loss_stride=4", Ciae + "momentum=0.9")]
    [InlineData("schedule.accumulation=2", "model.semantic.enabled=true")]
    public void A_resumed_run_ends_with_the_same_bytes(params string[] settings)
    {
        settings = ["schedule.iterations=5", .. settings];
        using Trainer unbroken = Open("whole", resume: false, settings);
        TrainingOutcome whole = unbroken.Run(cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotNull(whole.Evaluation);

        using CancellationTokenSource stop = new();
        using (Trainer first = Open("parts", resume: false, settings))
        {
            Assert.True(first.Run(new StopAfter(2, stop), stop.Token).Interrupted);
        }

        using Trainer second = Open("parts", resume: true, settings);
        TrainingOutcome rest = second.Run(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(whole.Run.LastModel), File.ReadAllBytes(rest.Run.LastModel));
        Assert.Equal(SceneCategories.Things.Count, whole.Data.Classes.Count);
        Assert.NotEmpty(ModelFileStuff(rest.Run.LastModel));
    }

    /// <summary>The memory follows the sums of the whole batch, anyone who computes its parts. Scenes of one size need no padding.</summary>
    [Fact]
    public void Replicas_remember_what_a_whole_batch_would()
    {
        string[] settings = ["schedule.iterations=1", "schedule.batch_size=4", Ciae + "momentum=0.5"];
        float[][] memories = [.. new[] { 1, 2, 4 }.Select(replicas =>
        {
            using Trainer trainer = Open($"replicas {replicas}", resume: false, [.. settings, $"replicas={replicas}"]);
            using TensorScope scope = new();
            string path = trainer.Run(cancellationToken: TestContext.Current.CancellationToken).Run.LastModel;
            using SafetensorsFile file = WeightLoader.Open(path);
            return file.Load("memory.vectors").ToArray<float>();
        })];
        Assert.All(memories[0].Zip(memories[1]), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(memories[0].Zip(memories[2]), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    /// <summary>The library's way of giving pixels to queries next to the plain one, on the maps of a network that has learned a little.</summary>
    [Fact]
    public void Both_ways_of_assignment_agree_on_a_trained_networks_maps()
    {
        using Trainer trainer = Open(
            "trained",
            resume: false,
            [
                "schedule.iterations=20", "optimizer.kind=adamw", "optimizer.learning_rate=0.01", "input.short_side=100",
                "input.long_side=150", "model.detection.score_threshold=0.001", "model.detection.max_detections=30",
            ]);
        using TorchNetwork network = ModelFile.Load(trainer.Run(cancellationToken: TestContext.Current.CancellationToken).Run.LastModel);
        AssignmentComparison all = new(0, 0, 0, 0, 0);
        foreach (string file in Directory.GetFiles(_scenes.Train.Images))
        {
            all += AssignmentComparison.Of(network, Image.Load(file), threshold: 0, TestContext.Current.CancellationToken);
        }

        Assert.Equal(6 * 100 * 100, all.Pixels); // the input's, padded to 128
        Assert.InRange(all.Instances, 60, 6 * 30);
        Assert.InRange(all.Differing, 0, all.Pixels / 1000);
        Assert.InRange(all.LargestGap, 0, 2e-6); // rounding
    }

    [Fact]
    public void What_goes_wrong_beside_other_passes_arrives()
    {
        string broken = Directory.GetFiles(_scenes.Train.PanopticFolder).Order().Last();
        File.WriteAllBytes(broken, File.ReadAllBytes(broken)[..60]);
        InputException error = Assert.Throws<InputException>(() =>
        {
            using Trainer trainer = Open("broken", resume: false, ["replicas=2", "schedule.iterations=9"]);
            trainer.Run(cancellationToken: TestContext.Current.CancellationToken);
        });
        Assert.Contains(Path.GetFileName(broken), error.Message);
    }

    private static IEnumerable<string> ModelFileStuff(string path)
    {
        using TorchNetwork network = ModelFile.Load(path);
        return [.. network.Card.StuffClasses.Select(c => c.Name)];
    }

    private Trainer Open(string output, bool resume, string[] settings) => new(
        TinyCiae.Config(
        [
            $"data.train.images={_scenes.Train.Images}", $"data.train.panoptic={_scenes.Train.Panoptic}",
            $"data.train.panoptic_folder={_scenes.Train.PanopticFolder}",
            $"data.val.images={_scenes.Val.Images}", $"data.val.annotations={_scenes.Val.Annotations}",
            $"data.val.panoptic={_scenes.Val.Panoptic}", $"data.val.panoptic_folder={_scenes.Val.PanopticFolder}",
            "data.workers=1", "input.short_side=64", "input.long_side=96", "schedule.batch_size=2", "schedule.warmup.iterations=2",
            "evaluation.samples=1", "logging.every=1", "threads=1", "seed=7", .. settings,
        ]),
        new TrainerOptions { Output = Path.Combine(_folder.Path, output), Resume = resume });

    private sealed class StopAfter(int iteration, CancellationTokenSource stop) : IProgress<ProgressReport>
    {
        public void Report(ProgressReport value)
        {
            if (value.Phase == TrainingPhase.Training && value.Iteration == iteration)
            {
                stop.Cancel();
            }
        }
    }
}
