using Panoptes.Coco.Codecs;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Scenes;
using Panoptes.Training.Tests.Configuration;
using Panoptes.Training.Tests.Engine;

namespace Panoptes.Training.Tests.Models.MEInst;

/// <summary>Whole runs of a minimal MEInst on a handful of drawn scenes.</summary>
[Collection(TorchCollection.Name)]
public sealed class MEInstTrainerTests : IDisposable
{
    private const string MEInst = TinyMEInst.Prefix;

    private readonly TemporaryFolder _folder = new();
    private readonly SceneDataset _scenes;

    public MEInstTrainerTests() => _scenes = SceneDatasetWriter.Write(
        Path.Combine(_folder.Path, "scenes"), trainCount: 6, valCount: 2, new SceneOptions { Size = 64, MinThings = 1, MaxThings = 3 },
        cancellationToken: TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(MEInst + "smoothing=random", MEInst + "encoding=explicit", "replicas=2", "schedule.batch_size=4")]
    [InlineData(MEInst + "encoding=implicit")]
    [InlineData(MEInst + "encoding=none")]
    [InlineData("model.head.deformable=v1", "model.backbone.deformable.version=v2", "replicas=2", "schedule.batch_size=4")]
    public void A_resumed_run_keeps_its_codec_and_ends_with_the_same_bytes(params string[] settings)
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

        // There is no such file: a run that goes on takes the codec from its checkpoint.
        using Trainer second = Open("parts", resume: true, [.. settings, MEInst + "codec=gone.safetensors"]);
        TrainingOutcome rest = second.Run(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(whole.Run.LastModel), File.ReadAllBytes(rest.Run.LastModel));
        Assert.Equal(Checkpoint.LoadCard(rest.Run).ToJson(), ModelCard.Load(rest.Run.LastModel).ToJson());
    }

    [Fact]
    public void A_codec_is_fitted_to_the_training_annotations_where_none_is_given()
    {
        ListLogger log = new();
        using Trainer trainer = Open("fitted", resume: false, ["schedule.iterations=0"], log);
        ModelCard card = ModelCard.Load(trainer.Run(cancellationToken: TestContext.Current.CancellationToken).Run.LastModel);
        PcaCodec expected = PcaFit.Fit(MaskSet.Load(_scenes.Train.Annotations, 8), new MaskCodecOptions { Size = 8, Dimension = 6 });
        Assert.Equal(Encoded(expected), Encoded(CodecOf(card)));
        Assert.Contains(log.Lines, line => line.Contains("fitted a codec to", StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_of_another_run_bring_their_codec_and_another_one_that_is_asked_for_is_fitted()
    {
        using Trainer first = Open("first", resume: false, ["schedule.iterations=0"]);
        string weights = first.Run(cancellationToken: TestContext.Current.CancellationToken).Run.LastModel;
        SceneDataset other = SceneDatasetWriter.Write(
            Path.Combine(_folder.Path, "others"), trainCount: 6, valCount: 2, new SceneOptions { Size = 64, MinThings = 1, MaxThings = 3, Seed = 9 },
            cancellationToken: TestContext.Current.CancellationToken);
        string[] tuning = ["schedule.iterations=0", $"model.weights={weights}", $"data.train.annotations={other.Train.Annotations}", $"data.train.images={other.Train.Images}"];
        using Trainer second = Open("second", resume: false, tuning);
        ModelCard kept = ModelCard.Load(second.Run(cancellationToken: TestContext.Current.CancellationToken).Run.LastModel);
        Assert.Equal(Encoded(CodecOf(ModelCard.Load(weights))), Encoded(CodecOf(kept)));

        ListLogger log = new();
        using Trainer third = Open("third", resume: false, [.. tuning, MEInst + "space=binary"], log);
        ModelCard fitted = ModelCard.Load(third.Run(cancellationToken: TestContext.Current.CancellationToken).Run.LastModel);
        Assert.Equal(MaskSpace.Binary, Assert.IsType<PcaCodec>(CodecOf(fitted)).Options.Space);
        Assert.Contains(log.Lines, line => line.Contains("another is fitted", StringComparison.Ordinal));
    }

    [Fact]
    public void A_codec_of_a_file_serves_any_dimension_and_whitening_that_it_has_components_for()
    {
        string path = Path.Combine(_folder.Path, "codec.safetensors");
        CodecFile.Save(path, TinyMEInst.Fit(new MaskCodecOptions { Size = 8, Dimension = 20 }));
        using Trainer trainer = Open(
            "given", resume: false, ["schedule.iterations=0", $"{MEInst}codec={path}", MEInst + "dimension=9", MEInst + "whiten=false"]);
        string model = trainer.Run(cancellationToken: TestContext.Current.CancellationToken).Run.LastModel;
        MaskCodecOptions wanted = new() { Size = 8, Dimension = 9, Whiten = false };
        ModelCard card = ModelCard.Load(model);
        PcaCodec codec = Assert.IsType<PcaCodec>(CodecOf(card));
        Assert.Equal(wanted, codec.Options);
        Assert.Equal(Encoded(TinyMEInst.Fit(wanted)), Encoded(codec));
        Assert.DoesNotContain(path, card.ToJson());
    }

    [Fact]
    public void An_auto_encoder_of_a_file_trains_a_model_that_brings_it()
    {
        string path = Path.Combine(_folder.Path, "codec.safetensors");
        AutoencoderCodec codec = TinyMEInst.FitAutoencoder();
        CodecFile.Save(path, codec);
        using Trainer trainer = Open("auto", resume: false, ["schedule.iterations=2", $"{MEInst}codec={path}"]);
        string model = trainer.Run(cancellationToken: TestContext.Current.CancellationToken).Run.LastModel;
        Assert.Equal(Encoded(codec), Encoded(Assert.IsType<AutoencoderCodec>(CodecOf(ModelCard.Load(model)))));

        // Weights that were trained with it keep it; another dimension does not fit.
        using Trainer tuned = Open("tuned", resume: false, ["schedule.iterations=0", $"model.weights={model}"]);
        Assert.IsType<AutoencoderCodec>(
            CodecOf(ModelCard.Load(tuned.Run(cancellationToken: TestContext.Current.CancellationToken).Run.LastModel)));
        InputException error = Assert.Throws<InputException>(() => Open("no", resume: false, [$"{MEInst}codec={path}", MEInst + "dimension=5"]));
        Assert.Contains("model.meinst.dimension is 5, but this codec was fitted with 6", error.Message);
    }

    [Theory]
    [InlineData("size=10", "model.meinst.size is 10, but this codec was fitted with 8")]
    [InlineData("space=binary", "model.meinst.space is binary, but this codec was fitted with logit")]
    [InlineData("by_class=true", "model.meinst.by_class is true, but this codec was fitted with false")]
    public void A_file_of_another_codec_is_refused(string setting, string message)
    {
        string path = Path.Combine(_folder.Path, "codec.safetensors");
        CodecFile.Save(path, TinyMEInst.Fit(new MaskCodecOptions { Size = 8, Dimension = 6 }));
        InputException error = Assert.Throws<InputException>(() => Open("other", resume: false, [$"{MEInst}codec={path}", MEInst + setting]));
        Assert.Equal($"{path}: {message}", error.Message);
    }

    private static MaskCodec CodecOf(ModelCard card) => Assert.IsType<MEInstOptions>(card.MethodOptions).Codec!;

    private static float[] Encoded(MaskCodec codec)
    {
        float[] code = new float[codec.Dimension];
        codec.Encode([.. Enumerable.Range(0, 64).Select(i => (byte)(i % 8 > i / 8 ? 1 : 0))], code);
        return code;
    }

    private Trainer Open(string output, bool resume, string[] settings, ListLogger? log = null) => new(
        TinyMEInst.Config(
        [
            $"data.train.images={_scenes.Train.Images}", $"data.train.annotations={_scenes.Train.Annotations}",
            $"data.val.images={_scenes.Val.Images}", $"data.val.annotations={_scenes.Val.Annotations}",
            "data.workers=1", "input.short_side=64", "input.long_side=96", "schedule.batch_size=2", "schedule.warmup.iterations=2",
            "evaluation.samples=1", "logging.every=1", "threads=1", "seed=7", .. settings,
        ]),
        new TrainerOptions { Output = Path.Combine(_folder.Path, output), Resume = resume },
        log);

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
