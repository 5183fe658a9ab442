using Panoptes.Inference;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.Panoptic;

public class PanopticMergerTests
{
    private static readonly ModelClass[] s_stuff = [new("sky", 187, IsThing: false), new("grass", 193, IsThing: false)];
    private static readonly PanopticMergeOptions s_all = new() { MinStuffArea = 0 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Instances_take_free_pixels_by_falling_score_and_stuff_the_rest()
    {
        using NetworkInput input = new([new InputImage(32, 32, 32, 32)], 32, 32);
        using NetworkOutput output = Logits(input, (_, y) => y < 4 ? 0 : 1);
        Instance[] instances =
        [
            Thing(0.9f, new Box(0, 0, 16, 16)),
            Thing(0.8f, new Box(8, 0, 24, 16)), // half of it is taken, which is just allowed
            Thing(0.7f, new Box(7, 0, 23, 16)), // all of it is
            Thing(0.6f, new Box(2, 30, 6, 32)),
            Thing(0.4f, new Box(16, 20, 32, 32)), // too uncertain
        ];

        PanopticSegmentation merged = Merge(s_all, output, input, instances);

        Assert.Equal(
            [("sky", 128, null), ("grass", 504, null), ("thing", 256, 0.9f), ("thing", 128, 0.8f), ("thing", 8, (float?)0.6f)],
            merged.Segments.Select(s => (s.ClassName, (int)s.Area, s.Score)));
        Assert.Equal(new Box(16, 0, 24, 16), merged.Segments[3].Box);
        Assert.Equal([3, 4, 1, 2, 5], [merged.Labels[12, 3], merged.Labels[20, 3], merged.Labels[30, 3], merged.Labels[30, 20], merged.Labels[3, 31]]);
    }

    [Fact]
    public void What_the_head_calls_things_and_no_instance_covers_is_void()
    {
        using NetworkInput input = new([new InputImage(32, 32, 32, 32)], 32, 32);
        using NetworkOutput output = Logits(input, (x, _) => x < 4 ? 2 : 0);

        PanopticSegmentation merged = Merge(s_all, output, input, [Thing(0.9f, new Box(4, 4, 8, 8))]);

        Assert.Equal([(187, 16L * 32), (1, 16L)], merged.Segments.Select(s => (s.CategoryId, s.Area)));
        Assert.Equal((16 * 32) - 16, merged.Labels.Labels.Count(0));
    }

    [Fact]
    public void Stuff_is_measured_by_what_is_left_of_it()
    {
        using NetworkInput input = new([new InputImage(32, 32, 32, 32)], 32, 32);
        using NetworkOutput output = Logits(input, (_, y) => y < 4 ? 0 : 1);
        Instance[] instances = [Thing(0.9f, new Box(0, 0, 32, 10))];

        Assert.Equal(3, Merge(s_all with { MinStuffArea = 192 }, output, input, instances).Segments.Count);
        Assert.Equal([193, 1], Merge(s_all with { MinStuffArea = 193 }, output, input, instances).Segments.Select(s => s.CategoryId));
    }

    [Fact]
    public void Nothing_found_and_no_class_of_stuff_give_an_empty_map()
    {
        using NetworkInput input = new([new InputImage(32, 32, 32, 32)], 32, 32);
        using NetworkOutput output = new(new Dictionary<string, FeatureMap>
        {
            [OutputNames.SemanticLogits] = new(new float[64], 1, 1, 8, 8),
        });

        PanopticSegmentation merged = new PanopticMerger(s_all, []).Merge(output, input, 0, [], Cancellation);

        Assert.Empty(merged.Segments);
        Assert.Equal(32 * 32, merged.Labels.Labels.Count(0));
    }

    /// <summary>The rule as panopticapi's combine_semantic_and_instance_predictions.py has it, with pixels in arrays.</summary>
    [Theory]
    [InlineData(1, 0.5, 0.5, 300)]
    [InlineData(2, 0.3, 0.2, 0)]
    [InlineData(3, 0, 1, 1000)]
    [InlineData(4, 0, 0, 50)]
    public void The_rule_is_panopticapis(int seed, double threshold, double overlap, int area)
    {
        Random random = new(seed);
        using NetworkInput input = new([new InputImage(96, 64, 96, 64)], 96, 64);
        double[] phases = [.. Enumerable.Range(0, 6).Select(_ => random.NextDouble())];
        using NetworkOutput output = Logits(input, (x, y) => (int)(1.5 + (1.5 * Math.Sin((x * phases[0]) + (y * phases[1]) + phases[2]))));
        Instance[] instances =
        [
            .. Enumerable.Range(0, 30).Select(i =>
            {
                (int x, int y) = (random.Next(90), random.Next(60));
                return Thing(1 - (i / 31f), new Box(x, y, Math.Min(96, x + random.Next(1, 40)), Math.Min(64, y + random.Next(1, 40))), 64, 96);
            }),
        ];
        int[] semantic = [.. Merge(s_all, output, input, []).Labels.Labels.ToArray()]; // void, sky and grass are all there
        Assert.Equal([0, 1, 2], semantic.Distinct().Order());

        PanopticSegmentation merged = Merge(
            new PanopticMergeOptions { InstanceThreshold = threshold, OverlapThreshold = overlap, MinStuffArea = area }, output, input, instances);

        (long Category, bool[] Pixels)[] expected = [.. ByPanopticApi(semantic, instances, threshold, overlap, area).OrderBy(s => s.Category == 1)];
        Assert.Equal(expected.Select(s => s.Category), merged.Segments.Select(s => s.CategoryId));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Pixels, merged.Labels.Labels.ToArray().Select(l => l == i + 1));
        }
    }

    [Fact]
    public void Logits_are_interpolated_straight_to_the_images_own_size()
    {
        TorchOracle.SkipUnlessAvailable();
        Random random = new(7);
        using NetworkInput input = new([new InputImage(150, 111, 200, 148)], 224, 160); // three quarters
        float[] logits = [.. Enumerable.Range(0, 3 * 40 * 56).Select(_ => random.NextSingle())];
        using NetworkOutput output = new(new Dictionary<string, FeatureMap> { [OutputNames.SemanticLogits] = new(logits, 1, 3, 40, 56) });

        // 168 x 120 pixels are the whole padded input at the image's scale; the image is their upper left part.
        int[] expected = TorchOracle.Run<int>(
            """
            full = F.interpolate(values.view(1, 3, 40, 56), size=(120, 168), mode='bilinear', align_corners=False)[0, :, :111, :150]
            top = full.topk(2, 0)
            result = torch.where(top.values[0] - top.values[1] < 1e-5, -1, top.indices[0]).int().numpy()
            """,
            logits);

        int[] found = Merge(s_all, output, input, []).Labels.Labels.ToArray();

        int[] clear = [.. Enumerable.Range(0, expected.Length).Where(i => expected[i] >= 0)];
        Assert.InRange(clear.Length, expected.Length * 0.99, expected.Length);
        Assert.All(clear, i => Assert.Equal((expected[i] + 1) % 3, found[i]));
    }

    [Fact]
    public void Wrong_logits_are_reported()
    {
        using NetworkInput input = new([new InputImage(32, 32, 32, 32)], 32, 32);
        using NetworkOutput few = new(new Dictionary<string, FeatureMap> { [OutputNames.SemanticLogits] = new(new float[128], 1, 2, 8, 8) });
        using NetworkOutput none = new(new Dictionary<string, FeatureMap>());
        float[] values = new float[192];
        values[100] = float.NaN;
        using NetworkOutput broken = new(new Dictionary<string, FeatureMap> { [OutputNames.SemanticLogits] = new(values, 1, 3, 8, 8) });

        Assert.Contains("[1, 3, 8, 8]", Assert.Throws<InvalidOperationException>(() => Merge(s_all, few, input, [])).Message);
        Assert.Contains(OutputNames.SemanticLogits, Assert.Throws<InvalidOperationException>(() => Merge(s_all, none, input, [])).Message);
        Assert.Contains("NaN", Assert.Throws<InvalidOperationException>(() => Merge(s_all, broken, input, [])).Message);
    }

    private static PanopticSegmentation Merge(PanopticMergeOptions options, NetworkOutput output, NetworkInput input, Instance[] instances) =>
        new PanopticMerger(options, s_stuff).Merge(output, input, 0, instances, Cancellation);

    private static Instance Thing(float score, Box box, int height = 32, int width = 32) => new(0, "thing", 1, score, box, Rle.FromBox(box, height, width));

    private static NetworkOutput Logits(NetworkInput input, Func<int, int, int> classAt)
    {
        (int high, int wide) = (input.Height / 4, input.Width / 4);
        float[] logits = new float[3 * high * wide];
        for (int i = 0; i < high * wide; i++)
        {
            logits[(Math.Clamp(classAt(i % wide, i / wide), 0, 2) * high * wide) + i] = 1;
        }

        return new NetworkOutput(new Dictionary<string, FeatureMap> { [OutputNames.SemanticLogits] = new(logits, 1, 3, high, wide) });
    }

    private static List<(long Category, bool[] Pixels)> ByPanopticApi(int[] semantic, Instance[] instances, double threshold, double overlap, int area)
    {
        List<(long, bool[])> segments = [];
        bool[] used = new bool[semantic.Length];
        bool[] taken = new bool[semantic.Length]; // pixels of a segment
        foreach (Instance instance in instances.Where(i => i.Score >= threshold))
        {
            byte[] mask = new byte[semantic.Length];
            instance.Mask.ToMask(mask);
            int covered = Enumerable.Range(0, mask.Length).Count(i => mask[i] != 0 && used[i]);
            if ((double)covered / instance.Mask.Area > overlap)
            {
                continue;
            }

            bool[] left = [.. mask.Select((m, i) => m != 0 && !taken[i])];
            for (int i = 0; i < mask.Length; i++)
            {
                used[i] |= mask[i] != 0;
                taken[i] |= left[i];
            }

            if (left.Contains(true)) // panopticapi's own file would be invalid otherwise
            {
                segments.Add((1, left));
            }
        }

        for (int stuff = 0; stuff < s_stuff.Length; stuff++)
        {
            bool[] left = [.. semantic.Select((s, i) => s == stuff + 1 && !taken[i])];
            if (left.Count(l => l) >= Math.Max(1, area))
            {
                segments.Add((s_stuff[stuff].CategoryId, left));
            }
        }

        return segments;
    }
}
