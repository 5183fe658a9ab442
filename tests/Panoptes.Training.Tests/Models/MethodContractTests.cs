using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Onnx;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Export;
using Panoptes.Training.Models;
using Panoptes.Training.Reports;
using Panoptes.Training.Scenes;
using Panoptes.Training.Tests.Configuration;
using Panoptes.Training.Tests.Engine;

namespace Panoptes.Training.Tests.Models;

/// <summary>
/// What every method must do, with and without a semantic head. A new method is tested without being named here: its network is that of
/// its demo's configuration, made narrow.
/// </summary>
[Collection(TorchCollection.Name)]
public sealed class MethodContractTests : IDisposable
{
    private static readonly string[] s_narrow =
    [
        "model.backbone.base_width=4", "model.backbone.norm=group_norm", "model.backbone.norm_groups=2",
        "model.fpn.channels=8", "model.fpn.norm_groups=2", "model.head.channels=8", "model.head.norm_groups=2", "model.head.convs=1",
        "model.semantic.channels=8", "model.semantic.norm_groups=2", "model.detection.score_threshold=0.001",
        "model.detection.max_detections=10", "input.short_side=64", "input.long_side=96", "data.workers=1", "data.filter_empty=false",
        "schedule.batch_size=2", "schedule.warmup.iterations=2", "evaluation.samples=1", "logging.every=1", "threads=1", "replicas=1",
    ];

    private readonly TemporaryFolder _folder = new();

    /// <summary>Every method with and without a semantic head.</summary>
    public static TheoryData<Method, bool> Networks
    {
        get
        {
            TheoryData<Method, bool> networks = [];
            foreach (TrainingMethod method in TrainingMethod.All)
            {
                networks.Add(method.Method, false);
                networks.Add(method.Method, true);
            }

            return networks;
        }
    }

    /// <summary>Every method.</summary>
    public static TheoryData<Method> Methods => [.. TrainingMethod.All.Select(m => m.Method)];

    private static Image Noise((int Width, int Height) size, Random random)
    {
        Image image = new(size.Width, size.Height);
        random.NextBytes(image.Pixels);
        return image;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_networks_outputs_are_those_that_its_card_promises_and_are_decoded(Method method, bool semantic)
    {
        PanoptesConfig config = Config(method, semantic);
        using TensorScope scope = new();
        using TorchNetwork network = Create(config);
        using (NoGrad noGrad = new())
        {
            IEnumerable<string> given = network.Model.Predict(Tensor.Rand([1, 3, 64, 64])).Select(map => map.Name);
            Assert.Equal(given.Order(), network.Card.ListOutputs().Order());
        }

        Image image = Image.Load(Directory.GetFiles(config.Data.Val.Images!).Order().First());
        Segmentation found = new Segmenter(network).Segment(image, Cancellation);
        Assert.Equal(network.Card.IsPanoptic, found.Panoptic is not null);
        Assert.All(found.Instances, i => Assert.Equal((found.Width, found.Height), (i.Mask.Width, i.Mask.Height)));
        Assert.Equal(found.Instances.Select(i => i.Score).OrderDescending(), found.Instances.Select(i => i.Score));
        Assert.Equal(network.Card.ToJson(), ModelCard.Parse(network.Card.ToJson()).ToJson());
        Assert.NotEmpty(network.Card.MethodOptions.Describe());
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_result_does_not_depend_on_the_other_images(Method method, bool semantic)
    {
        using TorchNetwork network = Create(Config(method, semantic));
        Segmenter segmenter = new(network, new SegmenterOptions { MinScore = 0 });
        Random random = new(5);
        Image[] images = [.. new[] { (80, 60), (96, 40), (60, 80), (70, 64), (90, 60) }.Select(size => Noise(size, random))];

        IReadOnlyList<Segmentation> together = segmenter.Segment(images, Cancellation);

        for (int i = 0; i < images.Length; i++)
        {
            Segmentation alone = segmenter.Segment(images[i], Cancellation);
            Assert.Equal((images[i].Width, images[i].Height), (together[i].Width, together[i].Height));
            Assert.Equal(alone.Instances.Select(found => found.ClassIndex), together[i].Instances.Select(found => found.ClassIndex));
            Assert.All(
                alone.Instances.Zip(together[i].Instances),
                pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-4f));
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Losses_are_finite_and_reach_every_parameter(Method method, bool semantic)
    {
        PanoptesConfig config = Config(method, semantic);
        BatchLoss loss = Learn(config, semantic);
        Assert.True(loss.Objects > 0);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Images_without_objects_train_and_are_segmented(Method method, bool semantic)
    {
        PanoptesConfig config = Config(method, semantic), bare = Config(method, semantic, things: 0);
        BatchLoss loss = Learn(bare, semantic, prepared: config);
        Assert.Equal(0, loss.Objects);

        using TorchNetwork network = Create(config);
        Segmenter blind = new(network, new SegmenterOptions { MinScore = 1 });
        Assert.Empty(blind.Segment(new Image(80, 60), Cancellation).Instances);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_backward_pass_in_pieces_gives_the_gradients_of_one_in_one_piece(Method method, bool semantic)
    {
        PanoptesConfig config = Config(method, semantic);
        using TorchNetwork network = Create(config);
        TrainableModel model = network.Model;
        model.Train(false); // CIAE's memory stays as it is
        using DataLoader loader = Load(config);
        using Batch batch = loader.Next(Cancellation);
        using TensorScope scope = new();
        TinyModel.Total(model.ComputeLosses(TinyModel.Images(batch), batch)).Backward();
        float[][] expected = TakeGradients(model);

        using GradientCuts cuts = new(own => own);
        model.Cuts = cuts;
        List<string[]> open = [];
        Dictionary<string, float[]> early = [];
        cuts.Backward(TinyModel.Total(model.ComputeLosses(TinyModel.Images(batch), batch)), stages =>
        {
            open.Add([.. stages]);
            Assert.DoesNotContain(model.Parameters(), p => p.Value.Grad is null
                && !stages.Any(stage => p.Name.StartsWith(stage, StringComparison.Ordinal))
                && !p.Name.StartsWith("backbone.conv1", StringComparison.Ordinal) && !p.Name.StartsWith("backbone.bn1", StringComparison.Ordinal));
            foreach ((string name, Tensor value) in model.Parameters().Where(p => !early.ContainsKey(p.Name) && p.Value.Grad is not null))
            {
                early.Add(name, value.Grad!.ToArray<float>());
            }
        });

        string[] stages = ["backbone.layer1", "backbone.layer2", "backbone.layer3", "backbone.layer4"];
        Assert.Equal([stages[..4], stages[..3], stages[..2], stages[..1], []], open);
        Assert.Equal(model.Parameters().Select(p => p.Name).Order(), early.Keys.Order());
        (string Name, float[] Early, float[] Last, float[] Expected)[] all =
            [.. model.Parameters().Zip(expected, (p, e) => (p.Name, early[p.Name], p.Value.Grad!.ToArray<float>(), e))];
        Assert.All(all, p => Assert.True(p.Early.SequenceEqual(p.Last), $"{p.Name} changed after it was said to be complete"));
        Assert.All(all, p => Assert.All(p.Last.Zip(p.Expected), pair =>
            Assert.Equal(pair.Second, pair.First, 1e-5f * Math.Max(1e-2f, p.Expected.Max(Math.Abs))))); // up to the order of sums
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Passes_of_one_image_add_up_to_a_batch_of_several(Method method, bool semantic)
    {
        // Of one size: padding reaches what is normalized by groups.
        PanoptesConfig config = Config(
            method, semantic, new SceneOptions { Size = 64, MinThings = 0, MaxThings = 4, AspectVariation = 0 });
        using TorchNetwork network = Create(config);
        TrainableModel model = network.Model;
        model.Train(false); // CIAE's memory stays as it is, which belongs to the pass that moves it
        Dictionary<string, double> whole = [], parts = [];
        using (ValidationLoader loader = Validate(config, 4))
        using (Batch batch = loader.Next(Cancellation)!)
        using (TensorScope scope = new())
        {
            Add(model.ComputeLosses(TinyModel.Images(batch), batch), whole);
        }

        float[][] expected = TakeGradients(model);
        List<Batch> batches = [];
        using (ValidationLoader loader = Validate(config, 1))
        {
            batches.AddRange(Enumerable.Range(0, 4).Select(_ => loader.Next(Cancellation)!));
            PassWeights weights = new([.. batches.Select(model.CountTargets)]);
            foreach ((int pass, Batch batch) in batches.Index())
            {
                using TensorScope scope = new();
                Add(weights.Weigh(pass, model.ComputeLosses(TinyModel.Images(batch), batch)), parts);
                batch.Dispose();
            }
        }

        // Objects are not spread evenly: a mean over the passes would be another one.
        Assert.True(batches.Select(batch => batch.InstanceCount).Distinct().Count() > 1);
        Assert.Equal(whole.Keys.Order(), parts.Keys.Order());
        Assert.All(whole, term => Assert.Equal(1, (parts[term.Key] + 1e-9) / (term.Value + 1e-9), 1e-4));
        Assert.All(expected.Zip(TakeGradients(model)), pair =>
        {
            double scale = Math.Max(1e-3, pair.First.Max(Math.Abs));
            Assert.All(pair.First.Zip(pair.Second), value => Assert.Equal(value.First / scale, value.Second / scale, 1e-3));
        });

        static void Add(BatchLoss loss, Dictionary<string, double> sums)
        {
            loss.Terms.ToList().ForEach(t => sums[t.Name] = sums.GetValueOrDefault(t.Name) + t.Value.ToDouble());
            TinyModel.Total(loss).Backward();
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Training_steps_leave_no_tensor_behind(Method method, bool semantic)
    {
        PanoptesConfig config = Config(method, semantic);
        using TorchNetwork network = Create(config);
        TrainableModel model = network.Model;
        model.Train();
        using DataLoader loader = Load(config);
        using Batch batch = loader.Next(Cancellation);
        long[] live = [.. Enumerable.Range(0, 5).Select(_ =>
        {
            using (TensorScope scope = new())
            {
                TinyModel.Total(model.ComputeLosses(TinyModel.Images(batch), batch)).Backward();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.LiveCount;
        })];
        Assert.Equal(live[2], live[^1]);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void An_exported_network_computes_the_same(Method method, bool semantic)
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, "ONNX Runtime has no library for this system.");
        string path = Path.Combine(_folder.Path, "model.onnx");
        PanoptesConfig config = Config(method, semantic);
        using TorchNetwork network = Create(config);
        OnnxExport.Write(path, network, cancellationToken: TestContext.Current.CancellationToken);
        using OnnxNetwork exported = OnnxNetwork.Load(path);

        Assert.Equal(network.Card.ToJson(), exported.Card.ToJson());
        Assert.InRange(NetworkComparison.LargestDifference(network, exported, (1, 64, 96), (2, 96, 32)), 0, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_resumed_run_ends_with_the_same_bytes_and_has_a_report(Method method)
    {
        PanoptesConfig config = Config(method, semantic: false, "schedule.iterations=4");
        TrainingOutcome whole = Train(config, "whole", resume: false, stopAfter: null);
        Assert.True(Train(config, "parts", resume: false, stopAfter: 2).Interrupted);
        TrainingOutcome rest = Train(config, "parts", resume: true, stopAfter: null);

        Assert.NotNull(whole.Evaluation);
        Assert.Equal(File.ReadAllBytes(whole.Run.LastModel), File.ReadAllBytes(rest.Run.LastModel));

        // The page speaks of the method that was trained, and of no other.
        TrainingMethod own = TrainingMethod.Of(method);
        string page = XDocument.Load(RunReport.Write(rest, new RunReportOptions { Examples = 1 }, Cancellation)).Root!.Value;
        Assert.Contains($"How {own.Title} works", page, StringComparison.Ordinal);
        Assert.Contains($"train {own.SmallConfiguration} ", page, StringComparison.Ordinal);
        Assert.All(TrainingMethod.All.Where(other => other.Method != method), other =>
        {
            Assert.DoesNotContain($"How {other.Title} works", page, StringComparison.Ordinal);
            Assert.DoesNotContain(other.SmallConfiguration, page, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Its_configurations_are_shipped_and_another_methods_section_does_not_matter(Method method)
    {
        TrainingMethod own = TrainingMethod.Of(method);
        foreach (string name in new[] { own.DemoConfiguration, own.SmallConfiguration })
        {
            Assert.Equal(method, Shipped(name).Model.Method);
        }

        PanoptesConfig config = Shipped(own.DemoConfiguration);
        Assert.Empty(own.Check(config.Model));
        LoaderOptions options = LoaderOptions.FromConfig(config);
        Assert.True(options.PixelMasks || options.BoxMaskSize > 0 || options.SegmentStride > 0, "the method asks for no target");
    }

    private static PanoptesConfig Shipped(string name, params string[] settings) =>
        ConfigLoader.Load(Path.Combine(Root(), $"{name}.yaml"), settings);

    private static string Root([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../configs"));

    private PanoptesConfig Config(Method method, bool semantic, params string[] settings) => Config(method, semantic, 3, settings);

    private PanoptesConfig Config(Method method, bool semantic, int things, params string[] settings) => Config(
        method, semantic, new SceneOptions { Size = 64, MinThings = Math.Min(things, 1), MaxThings = things }, settings);

    private PanoptesConfig Config(Method method, bool semantic, SceneOptions options, params string[] settings)
    {
        SceneDataset scenes = SceneDatasetWriter.Write(
            Path.Combine(_folder.Path, FormattableString.Invariant($"scenes {options.MaxThings} {options.AspectVariation}")),
            trainCount: 6, valCount: 2, options, cancellationToken: Cancellation);
        List<string> data = [];
        foreach ((string part, SceneSplit split) in new[] { ("train", scenes.Train), ("val", scenes.Val) })
        {
            data.AddRange([
                $"data.{part}.images={split.Images}", $"data.{part}.annotations={split.Annotations}",
                $"data.{part}.panoptic={split.Panoptic}", $"data.{part}.panoptic_folder={split.PanopticFolder}",
            ]);
        }

        return Shipped(
            TrainingMethod.Of(method).DemoConfiguration,
            [.. s_narrow, .. data, $"model.semantic.enabled={(semantic ? "true" : "false")}", .. settings]);
    }

    /// <summary>A network as a run that begins builds it, whose weights let every part of it show.</summary>
    private static TorchNetwork Create(PanoptesConfig config)
    {
        TorchRuntime.Seed(3);
        TrainingData data = TrainingData.Load(config.Data, config.Model.IsPanoptic);
        MethodOptions? prepared = TrainingMethod.Of(config.Model.Method).Prepare(config, resumed: null, NullLogger.Instance);
        ModelCard card = ModelCards.Create(config, data.Classes, prepared, data.StuffClasses);
        card.Validate();
        TrainableModel model = ModelFactory.Create(config, card);
        Shake(model);
        return new TorchNetwork(model, card, Device.Cpu, config.ChannelsLast);
    }

    private static void Shake(TrainableModel model)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        foreach ((_, Tensor value) in model.Parameters())
        {
            value.AddInPlace(Tensor.Randn(value.Shape) * (value.Rank == 4 ? 0.05 : 0.1));
        }
    }

    private static ValidationLoader Validate(PanoptesConfig config, int batch) => new(
        TrainingData.Load(config.Data, config.Model.IsPanoptic).Images,
        LoaderOptions.FromConfig(config) with { BatchSize = batch, Workers = 0 });

    private static DataLoader Load(PanoptesConfig config) => new(
        TrainingData.Load(config.Data, config.Model.IsPanoptic).Images, LoaderOptions.FromConfig(config) with { Workers = 0 });

    /// <summary>One backward pass, of which every loss and every gradient is looked at.</summary>
    private static float[][] TakeGradients(TrainableModel model)
    {
        using TensorScope scope = new();
        float[][] gradients = [.. model.Parameters().Select(p => p.Value.Grad is { } gradient ? gradient.ToArray<float>() : [])];
        model.Parameters().ToList().ForEach(p => p.Value.Grad = null);
        return gradients;
    }

    private static BatchLoss Learn(PanoptesConfig config, bool semantic, PanoptesConfig? prepared = null)
    {
        using TorchNetwork network = Create(prepared ?? config);
        TrainableModel model = network.Model;
        model.Train();
        using DataLoader loader = Load(config);
        using Batch batch = loader.Next(Cancellation);
        using TensorScope scope = new();
        BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
        Assert.Equal(["class", "box", "centerness"], loss.Terms.Take(3).Select(t => t.Name));
        Assert.Equal(semantic, loss.Terms[^1].Name == "semantic");
        Assert.True(loss.Terms.Count > (semantic ? 4 : 3), "the method has no loss of its own");
        Assert.All(loss.Terms, t => Assert.True(double.IsFinite(t.Value.ToDouble()), t.Name));
        TinyModel.Total(loss).Backward();

        // Without objects there may be parameters that nothing is learned about.
        Assert.All(model.Parameters(), p => Assert.True(
            p.Value.Grad is { } gradient ? gradient.Isfinite().All().ToDouble() == 1 : loss.Objects == 0, $"gradient of {p.Name}"));
        return loss;
    }

    private TrainingOutcome Train(PanoptesConfig config, string output, bool resume, int? stopAfter)
    {
        using CancellationTokenSource stop = new();
        using Trainer trainer = new(config, new TrainerOptions { Output = Path.Combine(_folder.Path, output), Resume = resume });
        return trainer.Run(new StopAfter(stopAfter, stop), stop.Token);
    }

    private sealed class StopAfter(int? iteration, CancellationTokenSource stop) : IProgress<ProgressReport>
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
