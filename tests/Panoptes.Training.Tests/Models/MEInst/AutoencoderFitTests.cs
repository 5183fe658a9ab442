using Panoptes.Coco.Codecs;
using Panoptes.Inference.MEInst;
using Panoptes.Torch;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Training.Tests.Models.MEInst;

[Collection(TorchCollection.Name)]
public class AutoencoderFitTests
{
    private static readonly AutoencoderOptions s_options = new()
    {
        Dimension = 4,
        Hidden = 24,
        Steps = 250,
        BatchSize = 64,
        LearningRate = 3e-3,
        Seed = 3,
    };

    [Fact]
    public void It_loses_less_than_the_components_that_it_began_as()
    {
        MaskSet masks = TinyMEInst.Masks(12);
        List<int> steps = [];
        AutoencoderCodec codec = AutoencoderFit.Fit(
            masks, s_options, new Recorder(steps), TestContext.Current.CancellationToken);
        PcaCodec components = PcaFit.Fit(masks, new MaskCodecOptions { Size = 12, Dimension = 4 });
        double lost = CodecCurve.Measure(codec, masks, TestContext.Current.CancellationToken).ReconstructionError;
        double before = CodecCurve.Measure(components, masks, [4], TestContext.Current.CancellationToken)[0].ReconstructionError;
        Assert.InRange(lost, 0, 0.85 * before);
        Assert.Equal(Enumerable.Range(1, s_options.Steps), steps);
    }

    /// <summary>After one step, hardly one: the rate begins at a hundredth.</summary>
    [Fact]
    public void It_begins_as_principal_components()
    {
        MaskSet masks = TinyMEInst.Masks(8);
        AutoencoderCodec codec = AutoencoderFit.Fit(
            masks, s_options with { Steps = 1, LearningRate = 1e-9 }, cancellationToken: TestContext.Current.CancellationToken);
        PcaCodec components = PcaFit.Fit(masks, new MaskCodecOptions { Size = 8, Dimension = 4 });
        for (int i = 0; i < masks.Count; i++)
        {
            byte[] mask = masks.Mask(i).Pixels;
            Assert.All(Both(components, mask).Zip(Both(codec, mask)), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        }
    }

    [Fact]
    public void Numbers_have_the_mean_0_and_the_variance_1_and_a_seed_decides_them()
    {
        MaskSet masks = TinyMEInst.Masks(8);
        AutoencoderOptions options = s_options with { Steps = 60 };
        AutoencoderCodec[] codecs = [.. new[] { options, options, options with { Seed = 4 } }.Select(
            o => AutoencoderFit.Fit(masks, o, cancellationToken: TestContext.Current.CancellationToken))];
        float[][][] codes = [.. codecs.Select(
            c => Enumerable.Range(0, masks.Count).Select(i => Both(c, masks.Mask(i).Pixels)[..4]).ToArray())];
        for (int d = 0; d < 4; d++)
        {
            double mean = codes[0].Average(c => c[d]);
            Assert.Equal(0, mean, 1e-4);
            Assert.Equal(1, codes[0].Sum(c => (c[d] - mean) * (c[d] - mean)) / (masks.Count - 1), 1e-3);
        }

        Assert.Equal(codes[0], codes[1]);
        Assert.NotEqual(codes[0], codes[2]);
    }

    [Fact]
    public void Wrong_options_are_named()
    {
        MaskSet masks = TinyMEInst.Masks(8);
        Assert.Contains("dimension is 65", Fails(s_options with { Dimension = 65 }), StringComparison.Ordinal);
        Assert.Contains("hidden units are 0", Fails(s_options with { Hidden = 0 }), StringComparison.Ordinal);
        Assert.Contains("0 steps of 64", Fails(s_options with { Steps = 0 }), StringComparison.Ordinal);

        string Fails(AutoencoderOptions options) => Assert.Throws<InputException>(() => AutoencoderFit.Fit(masks, options)).Message;
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        MaskSet masks = TinyMEInst.Masks(8);
        AutoencoderFit.Fit(masks, s_options with { Steps = 2 }, cancellationToken: TestContext.Current.CancellationToken);
        GC.Collect(); // what another test left to the finalizer would go in between
        GC.WaitForPendingFinalizers();
        long before = Tensor.LiveCount;
        AutoencoderFit.Fit(masks, s_options with { Steps = 5 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(before, Tensor.LiveCount);
    }

    private static float[] Both(MaskCodec codec, byte[] mask)
    {
        float[] code = new float[codec.Dimension];
        float[] pixels = new float[mask.Length];
        codec.Encode(mask, code);
        codec.Decode(code, pixels);
        return [.. code, .. pixels];
    }

    private sealed class Recorder(List<int> steps) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => steps.Add(value.Done);
    }
}
