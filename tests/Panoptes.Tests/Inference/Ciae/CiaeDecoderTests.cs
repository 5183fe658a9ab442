using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.Panoptic;
using Panoptes.Masks;

namespace Panoptes.Tests.Inference.Ciae;

public class CiaeDecoderTests
{
    // Angles of the embeddings that the images below are made of: sky, grass, and two instances.
    private const double Sky = 0, Grass = 90, First = 180, Second = 220;

    private static readonly float[][] s_stuff = [SmallCiae.At(Sky), SmallCiae.At(Grass)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Sizes with and without padding, odd ones, images larger and smaller than the network's input.</summary>
    [Theory]
    [InlineData(320, 256, 320, 256, 30, 20)]
    [InlineData(333, 251, 333, 251, 40, 53)]
    [InlineData(341, 256, 400, 300, 30, 20)]
    [InlineData(300, 225, 127, 95, 25, 5)]
    [InlineData(257, 129, 257, 129, 0, 20)]
    [InlineData(257, 129, 301, 151, 40, 0)]
    [InlineData(33, 31, 33, 31, 3, 2)]
    public void Each_pixel_goes_to_the_nearest_query(int width, int height, int originalWidth, int originalHeight, int proposals, int stuff)
    {
        MadeUpScene scene = new(width, height, proposals, stuff, original: (originalWidth, originalHeight));
        (float[][] vectors, (float X1, float Y1, float X2, float Y2)?[] boxes) = scene.Queries();
        int[] plain = PlainAssignment.Label(scene.Embedding, scene.Cells.High, scene.Cells.Wide, height, width, vectors, boxes);
        LabelMap groundTruth = new(width, height);
        plain.CopyTo(groundTruth.Labels);
        groundTruth = groundTruth.Resize(originalWidth, originalHeight);

        PanopticSegmentation found = Decode(scene);

        // Segments are numbered by rising label, those without a pixel skipped.
        int[] present = [.. groundTruth.Labels.ToArray().Distinct().Where(l => l != 0).Order()];
        int ties = 0;
        for (int i = 0; i < groundTruth.Labels.Length; i++)
        {
            int label = found.Labels.Labels[i] == 0 ? 0 : present[found.Labels.Labels[i] - 1];
            if (label != groundTruth.Labels[i])
            {
                AssertTie(scene, vectors, i % originalWidth, i / originalWidth, label, groundTruth.Labels[i]);
                ties++;
            }
        }

        Assert.Equal(present.Length, found.Segments.Count);
        Assert.InRange(ties, 0, groundTruth.Labels.Length / 2000);
        AssertConsistent(found);
    }

    [Fact]
    public void The_labels_are_those_of_PyTorch()
    {
        TorchOracle.SkipUnlessAvailable();
        MadeUpScene scene = new(333, 251, proposals: 40, stuff: 20, original: (400, 302));
        (float[][] vectors, (float X1, float Y1, float X2, float Y2)?[] boxes) = scene.Queries();
        float[] edges = [.. boxes.SelectMany(b => b is { } box ? [box.X1, box.Y1, box.X2, box.Y2] : new float[] { -1e9f, -1e9f, 1e9f, 1e9f })];
        int count = vectors.Length;
        int[] expected = TorchOracle.Run<int>(
            $"""
            D, K, h, w, H, W = 32, {count}, {scene.Cells.High}, {scene.Cells.Wide}, 251, 333
            values = values.double()
            E = values[:D*h*w].view(1, D, h, w)
            V = values[D*h*w:D*h*w + K*D].view(K, D)
            B = values[D*h*w + K*D:].view(K, 4)
            P = F.normalize(F.interpolate(E, scale_factor=4, mode='bilinear', align_corners=False), dim=1)[0, :, :H, :W]
            S = torch.einsum('kd,dhw->khw', V, P)
            x, y = torch.arange(W).view(1, 1, -1) + 0.5, torch.arange(H).view(1, -1, 1) + 0.5
            e = [B[:, i].view(-1, 1, 1) for i in range(4)]
            S = S.masked_fill(~((x >= e[0]) & (x < e[2]) & (y >= e[1]) & (y < e[3])), -math.inf)
            best = S.max(0).values
            equal = S > best - 1e-12 # detections of one location have one query
            label = equal.int().argmax(0) + 1
            near = (S > best - 1e-6) & ~equal
            label = torch.where(near.any(0), -1, label)[None, None].float()
            # The nearest pixel, as PIL takes it
            result = F.interpolate(label, size=(302, 400), mode='nearest-exact')[0, 0].int().numpy()
            """,
            [.. scene.Embedding.Span, .. vectors.SelectMany(v => v), .. edges]);

        PanopticSegmentation found = Decode(scene);

        int[] clear = [.. expected.Where(l => l > 0)];
        Dictionary<int, int> labelOf = [];
        for (int i = 0; i < expected.Length; i++)
        {
            int id = found.Labels.Labels[i];
            if (expected[i] > 0)
            {
                Assert.Equal(expected[i], labelOf.TryGetValue(id, out int label) ? label : labelOf[id] = expected[i]);
            }
        }

        Assert.InRange(clear.Length, expected.Length * 0.99, expected.Length);
        Assert.Equal(labelOf.Count, labelOf.Values.Distinct().Count());
    }

    [Fact]
    public void Stuff_is_what_its_memory_is_near_and_an_instance_what_is_near_its_own_place()
    {
        using NetworkInput input = new([new InputImage(128, 128, 128, 128)], 128, 128);
        SmallCiae network = new SmallCiae(input, s_stuff).Paint((x, y) => InBox(x, y, 4, 4, 12, 12) ? First : y < 16 ? Sky : Grass, length: 3);
        Candidate cat = At(level: 0, row: 4, column: 4, [8, 8, 56, 56], 0.9f, classIndex: 0);
        using NetworkOutput output = network.Build();

        (PanopticSegmentation panoptic, IReadOnlyList<Instance> instances) = Decode(SmallCiae.Card, output, input, cat);

        Assert.Equal(["sky", "grass", "cat"], panoptic.Segments.Select(s => s.ClassName));
        Assert.Equal(
            [(1, 187, false, null), (2, 193, false, null), (3, 17, true, (float?)0.9f)],
            panoptic.Segments.Select(s => (s.Id, s.CategoryId, s.IsThing, s.Score)));
        Instance instance = Assert.Single(instances);
        Assert.Equal((0, "cat", 17, 0.9f), (instance.ClassIndex, instance.ClassName, instance.CategoryId, instance.Score));
        Assert.Equal(new Box(8, 8, 56, 56), instance.Box);
        Assert.Equal(panoptic.Segments[2].Box, instance.Mask.Bounds);
        Assert.InRange(instance.Mask.Area, 31 * 31, 34 * 34); // cells 4 to 11; which pixels next to their centers, interpolation decides
        Assert.Equal(3, panoptic.Labels[32, 32]);
        AssertConsistent(panoptic);
    }

    [Fact]
    public void An_instance_keeps_to_its_predicted_box()
    {
        // Everything looks like the instance; its box alone decides. Centers of pixels 11 to 39 lie in 10.6 to 39.5, those of 12 to 40 in
        // 11.6 to 40.6.
        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        using NetworkOutput output = new SmallCiae(input, s_stuff).Paint((_, _) => First).Build();

        (PanopticSegmentation panoptic, _) = Decode(SmallCiae.Card, output, input, At(0, 2, 2, [10.6f, 11.6f, 39.5f, 40.6f], 0.9f));

        Segment thing = Assert.Single(panoptic.Segments, s => s.IsThing);
        Assert.Equal(new Box(11, 12, 39, 41), thing.Box);
        Assert.Equal(28 * 29, thing.Area);
    }

    [Fact]
    public void Without_stuff_the_pixels_outside_all_boxes_are_void()
    {
        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        using NetworkOutput output = new SmallCiae(input, s_stuff).Paint((_, _) => First).Build();
        ModelCard card = SmallCiae.Card with { StuffClasses = [] };

        (PanopticSegmentation panoptic, IReadOnlyList<Instance> instances) = Decode(card, output, input, At(0, 2, 2, [8, 8, 40, 40], 0.9f));

        Assert.Equal(32 * 32, Assert.Single(panoptic.Segments).Area);
        Assert.Equal(64 * 64 - (32 * 32), panoptic.Labels.Labels.Count(0));
        Assert.Equal(32 * 32, Assert.Single(instances).Mask.Area);

        PanopticSegmentation none = Decode(card, output, input).Panoptic;
        Assert.Empty(none.Segments);
        Assert.Equal(64 * 64, none.Labels.Labels.Count(0));
    }

    [Fact]
    public void Two_detections_at_one_place_go_to_the_better_one()
    {
        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        using NetworkOutput output = new SmallCiae(input, s_stuff).Paint((_, _) => First).Build();
        Candidate cat = At(0, 2, 2, [8, 8, 40, 40], 0.9f, classIndex: 0);

        IReadOnlyList<Instance> instances = Decode(SmallCiae.Card, output, input, cat, cat with { ClassIndex = 1, Score = 0.8f }).Instances;

        Assert.Equal("cat", Assert.Single(instances).ClassName);
    }

    [Fact]
    public void Uncertain_detections_are_no_queries()
    {
        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        using NetworkOutput output = new SmallCiae(input, s_stuff).Paint((_, _) => First).Build();
        Candidate cat = At(0, 2, 2, [8, 8, 40, 40], 0.5f);

        Assert.Single(Decode(SmallCiae.Card, output, input, cat).Instances);
        ModelCard strict = SmallCiae.Card with { MethodOptions = SmallCiae.Options with { InstanceThreshold = 0.51 } };
        Assert.Empty(Decode(strict, output, input, cat).Instances);
    }

    [Fact]
    public void Small_segments_become_void()
    {
        // Grass is a strip of 8 rows, the thing a square of 16 pixels.
        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        using NetworkOutput output = new SmallCiae(input, s_stuff).Paint((x, y) => y >= 14 ? Grass : InBox(x, y, 2, 2, 5, 5) ? First : Sky).Build();
        Candidate cat = At(0, 1, 1, [8, 8, 24, 24], 0.9f);
        Segment[] all = [.. Decode(SmallCiae.Card, output, input, cat).Panoptic.Segments];
        CiaeOptions options = SmallCiae.Options;

        CiaeOptions exact = options with { MinStuffArea = (int)all[1].Area, MinThingArea = (int)all[2].Area };
        CiaeOptions above = options with { MinStuffArea = exact.MinStuffArea + 1, MinThingArea = exact.MinThingArea + 1 };
        PanopticSegmentation less = Decode(SmallCiae.Card with { MethodOptions = above }, output, input, cat).Panoptic;
        (PanopticSegmentation same, IReadOnlyList<Instance> instances) =
            Decode(SmallCiae.Card with { MethodOptions = exact }, output, input, cat);

        Assert.Equal([all[0]], less.Segments);
        Assert.Equal(all[1].Area + all[2].Area, less.Labels.Labels.Count(0));
        Assert.Equal(all, same.Segments);
        Assert.Single(instances);
    }

    [Fact]
    public void The_memory_can_name_the_class()
    {
        // The detector says cat; the instance's embedding is nearer to the dog's vector.
        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        using NetworkOutput output = new SmallCiae(input, [.. s_stuff, SmallCiae.At(First), SmallCiae.At(Second + 10)]).Paint((_, _) => Second).Build();
        using NetworkOutput merged = new SmallCiae(input, [.. s_stuff, SmallCiae.At(First)]).Paint((_, _) => Second).Build();
        Candidate cat = At(0, 2, 2, [8, 8, 40, 40], 0.9f);
        ModelCard card = SmallCiae.Card with { MethodOptions = SmallCiae.Options with { CategorySource = CategorySource.Embedding } };

        (PanopticSegmentation panoptic, IReadOnlyList<Instance> instances) = Decode(card, output, input, cat);

        Assert.Equal((1, "dog", 18), (instances[0].ClassIndex, instances[0].ClassName, instances[0].CategoryId));
        Assert.Equal("dog", panoptic.Segments.Single(s => s.IsThing).ClassName);
        Assert.Equal("cat", Decode(SmallCiae.Card, output, input, cat).Instances[0].ClassName);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Decode(card, merged, input, cat));
        Assert.Contains("category_source", error.Message);
    }

    [Fact]
    public void A_location_in_the_padding_reads_the_nearest_pixel_of_the_image()
    {
        using NetworkInput input = new([new InputImage(50, 40, 50, 40)], 64, 64);
        using NetworkOutput output = new SmallCiae(input, s_stuff).Paint((x, y) => x > 12 || y > 10 ? Second : First).Build();

        // (60, 60) is outside; (49, 39) is the nearest pixel, whose embedding is the first one's.
        (PanopticSegmentation panoptic, _) = Decode(SmallCiae.Card, output, input, At(0, 7, 7, [0, 0, 50, 40], 0.9f));

        Assert.Equal(50 * 40, Assert.Single(panoptic.Segments).Area);
        Assert.Equal((50, 40), (panoptic.Labels.Width, panoptic.Labels.Height));
    }

    [Fact]
    public void A_semantic_head_decides_stuff_and_leaves_things_to_the_embedding()
    {
        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        ModelCard card = SmallCiae.Card with { PanopticMerge = new PanopticMergeOptions() };
        SmallCiae network = new SmallCiae(input, s_stuff)
            .Paint((x, _) => x < 8 ? First : Second) // no pixel is near the memory of stuff
            .WithSemantic(3, (_, y) => y < 8 ? 2 : y < 12 ? 1 : 0);
        using NetworkOutput output = network.Build();

        (PanopticSegmentation panoptic, IReadOnlyList<Instance> instances) = Decode(
            card, output, input, At(0, 1, 1, [0, 0, 48, 64], 0.9f, classIndex: 0), At(0, 1, 5, [0, 0, 48, 64], 0.8f, classIndex: 1));

        Assert.Equal(["sky", "grass", "cat", "dog"], panoptic.Segments.Select(s => s.ClassName));
        Assert.Equal([(3, "left"), (4, "right"), (0, "outside of both boxes"), (2, "grass"), (1, "sky")], [
            (panoptic.Labels[8, 8], "left"), (panoptic.Labels[40, 8], "right"), (panoptic.Labels[56, 8], "outside of both boxes"),
            (panoptic.Labels[8, 40], "grass"), (panoptic.Labels[8, 60], "sky")]);
        Assert.Equal(new Box(0, 0, 32, 32), instances[0].Mask.Bounds);
        Assert.Equal(new Box(32, 0, 48, 32), instances[1].Mask.Bounds);
    }

    [Theory]
    [InlineData(CiaeOutputs.Embedding)]
    [InlineData(CiaeOutputs.Memory)]
    [InlineData(OutputNames.SemanticLogits)]
    public void A_value_that_is_not_finite_is_reported_with_the_outputs_name(string name)
    {
        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        SmallCiae network = new SmallCiae(input, s_stuff).WithSemantic(3, (_, _) => 0);
        using NetworkOutput sound = network.Build();
        FeatureMap map = sound[name];
        float[] values = map.Data.ToArray();
        values[^1] = float.NaN;
        using NetworkOutput output = network.Set(name, new FeatureMap(values, map.Batch, map.Channels, map.Height, map.Width)).Build();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => Decode(SmallCiae.Card with { PanopticMerge = new PanopticMergeOptions() }, output, input));

        Assert.Contains(name, error.Message);
        Assert.Contains("NaN", error.Message);
    }

    [Fact]
    public void Outputs_of_another_shape_are_reported()
    {
        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        SmallCiae network = new(input, s_stuff);
        using NetworkOutput eighth = network.Set(CiaeOutputs.Embedding, new FeatureMap(new float[128], 1, 2, 8, 8)).Build();
        using NetworkOutput few = new SmallCiae(input, [SmallCiae.At(0)]).Build();

        Assert.Contains("[1, 2, 8, 8]; [1, 2, 16, 16]", Assert.Throws<InvalidOperationException>(() => Decode(SmallCiae.Card, eighth, input)).Message);
        Assert.Contains("2 classes of stuff", Assert.Throws<InvalidOperationException>(() => Decode(SmallCiae.Card, few, input)).Message);
    }

    /// <summary>
    /// The cat's mask has embeddings at 160 and 200 degrees, in equal parts: its query lies at 180, and takes the pixels at 205 from the
    /// dog's at 245. A query at 160 would not.
    /// </summary>
    [Fact]
    public void A_known_instance_is_what_is_near_the_mean_of_its_mask()
    {
        using NetworkInput input = new([new InputImage(64, 64, 64, 64)], 64, 64);
        SmallCiae network = new SmallCiae(input, s_stuff).Paint((x, _) => (x / 4) switch { 0 => 160, 1 => 200, 2 => 205, _ => 245 });
        using NetworkOutput output = network.Build();
        Box whole = new(0, 0, 64, 64);
        KnownInstance cat = new(0, whole, Rle.FromBox(new Box(0, 0, 32, 64), 64, 64));
        KnownInstance dog = new(1, whole, Rle.FromBox(new Box(56, 0, 64, 64), 64, 64));

        (PanopticSegmentation panoptic, IReadOnlyList<Instance> instances) = Known(SmallCiae.Card, output, input, cat, dog);
        IReadOnlyList<Instance> narrow = Known(
            SmallCiae.Card, output, input, cat with { Mask = Rle.FromBox(new Box(0, 0, 8, 64), 64, 64) }, dog).Instances;

        Assert.Equal([(1, "cat", 1f), (2, "dog", 1f)], panoptic.Segments.Select(s => (s.Id, s.ClassName, s.Score!.Value)));
        Assert.Equal([("cat", 1f, whole), ("dog", 1f, whole)], instances.Select(i => (i.ClassName, i.Score, i.Box)));
        Assert.Equal([1, 1, 1, 2], [panoptic.Labels[8, 30], panoptic.Labels[24, 30], panoptic.Labels[40, 30], panoptic.Labels[56, 30]]);
        Assert.InRange(narrow[0].Mask.Bounds.X2, 30, 34); // 205 is nearer to 245 than to 160
        AssertConsistent(panoptic);
    }

    [Fact]
    public void A_known_instance_keeps_to_its_box_wherever_its_mask_lies()
    {
        // The image is twice as large as the input; box and mask are in its own pixels.
        using NetworkInput input = new([new InputImage(128, 128, 64, 64)], 64, 64);
        using NetworkOutput output = new SmallCiae(input, s_stuff).Paint((_, y) => y < 8 ? First : Sky).Build();
        Box box = new(20.6, 10.4, 90.5, 128);

        (PanopticSegmentation panoptic, _) = Known(
            SmallCiae.Card, output, input, new KnownInstance(1, box, Rle.FromBox(new Box(0, 0, 128, 32), 128, 128)));

        Assert.Equal(["sky", "grass", "dog"], panoptic.Segments.Select(s => s.ClassName)); // next to the box grass is nearest
        Box found = panoptic.Segments[2].Box;
        Assert.Equal((21, 10, 90), (found.X1, found.Y1, found.X2)); // centers of pixels 21 to 89 and from 10 on lie inside
        Assert.InRange(found.Y2, 62, 66); // between the eighth row of cells and the ninth, at twice their size
    }

    [Fact]
    public void The_mean_of_a_mask_is_taken_before_pixels_are_normalized()
    {
        // Enlarging keeps the sum of all cells: 16 pixels for each.
        Random random = new(5);
        float[] values = [.. Enumerable.Range(0, 3 * 6 * 8).Select(_ => (float)(random.NextDouble() - 0.3))];
        using FeatureMap map = new(values, 1, 3, 6, 8);
        ImageEmbedding embedding = new(map, 0, new ImageAxis(8, 4, 32, 32), new ImageAxis(6, 4, 24, 24));
        double[] sums = [.. values.Chunk(48).Select(plane => plane.Sum(v => (double)v))];
        double length = Math.Sqrt(sums.Sum(s => s * s));

        float[] mean = embedding.MeanOver(Rle.FromBox(new Box(0, 0, 32, 24), 24, 32));

        Assert.All(sums.Zip(mean), pair => Assert.Equal(pair.First / length, pair.Second, 1e-6));
        float[] pixel = embedding.MeanOver(Rle.FromBox(new Box(9, 14, 10, 15), 24, 32));
        Assert.All(embedding.At(9, 14).Zip(pixel), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void A_known_mask_of_another_size_is_refused()
    {
        using NetworkInput input = new([new InputImage(128, 128, 64, 64)], 64, 64);
        using NetworkOutput output = new SmallCiae(input, s_stuff).Build();
        Box box = new(0, 0, 32, 32);

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => Known(SmallCiae.Card, output, input, new KnownInstance(0, box, Rle.FromBox(box, 64, 64))));

        Assert.Contains("64x64 does not fit an image of 128x128", error.Message);
    }

    private static (PanopticSegmentation Panoptic, IReadOnlyList<Instance> Instances) Known(
        ModelCard card, NetworkOutput output, NetworkInput input, params KnownInstance[] known) =>
        new CiaeDecoder(card).DecodeKnown(output, input, 0, known, Cancellation);

    private static PanopticSegmentation Decode(MadeUpScene scene)
    {
        using NetworkOutput output = scene.Output();
        return new CiaeDecoder(scene.Card).Decode(output, scene.Input, 0, scene.Detections, Cancellation).Panoptic;
    }

    private static (PanopticSegmentation Panoptic, IReadOnlyList<Instance> Instances) Decode(
        ModelCard card, NetworkOutput output, NetworkInput input, params Candidate[] detections) =>
        new CiaeDecoder(card).Decode(output, input, 0, detections, Cancellation);

    private static Candidate At(int level, int row, int column, float[] box, float score, int classIndex = 0) =>
        new(box[0], box[1], box[2], box[3], score, classIndex, level, (row * 8) + column);

    private static bool InBox(int x, int y, int left, int top, int right, int bottom) => x >= left && x < right && y >= top && y < bottom;

    /// <summary>Two labels may differ where their cosines, in double, do not differ by more than rounding.</summary>
    private static void AssertTie(MadeUpScene scene, float[][] vectors, int x, int y, int label, int expected)
    {
        InputImage size = scene.Input.Images[0];
        x = LabelMap.Nearest(size.Width, size.OriginalWidth)[x];
        y = LabelMap.Nearest(size.Height, size.OriginalHeight)[y];
        Assert.True(label > 0 && expected > 0, $"{x}, {y}: {label} instead of {expected}");
        float[] pixel = new float[vectors[0].Length];
        PlainAssignment.Enlarge(scene.Embedding.Span, scene.Cells.High, scene.Cells.Wide, x, y, pixel);
        double norm = Math.Sqrt(pixel.Sum(v => (double)v * v));
        double difference = vectors[expected - 1].Zip(vectors[label - 1], pixel).Sum(t => ((double)t.First - t.Second) * t.Third) / norm;
        Assert.InRange(difference, -2e-6, 2e-6);
    }

    private static void AssertConsistent(PanopticSegmentation panoptic)
    {
        Assert.Equal(Enumerable.Range(1, panoptic.Segments.Count), panoptic.Segments.Select(s => s.Id));
        SortedDictionary<int, Rle> masks = panoptic.Labels.ToMasks();
        Assert.Equal(panoptic.Segments.Select(s => (s.Area, s.Box)), masks.Values.Select(m => (m.Area, m.Bounds)));
    }
}
