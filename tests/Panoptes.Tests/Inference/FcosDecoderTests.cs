using Panoptes.Inference;

namespace Panoptes.Tests.Inference;

public class FcosDecoderTests
{
    private static NetworkInput Input(int width = 128, int height = 128, int images = 1) =>
        new([.. Enumerable.Repeat(new InputImage(width - 8, height - 8, width - 8, height - 8), images)], width, height);

    [Fact]
    public void Background_gives_no_candidate()
    {
        using NetworkInput input = Input();
        using NetworkOutput output = new FakeOutput(input, 3, 2).Build();

        Assert.Empty(new FcosDecoder(new DetectionOptions()).Decode(output, input, 0));
    }

    [Fact]
    public void One_object_is_found_where_it_was_placed()
    {
        using NetworkInput input = Input();
        FakeOutput fake = new(input, classes: 3, dim: 2);
        fake.Place(0, level: 1, row: 2, column: 3, classIndex: 2, box: [20, 10, 90, 70], logit: 0, centerness: 1);
        using NetworkOutput output = fake.Build();

        Candidate candidate = Assert.Single(new FcosDecoder(new DetectionOptions()).Decode(output, input, 0));

        Assert.Equal((20f, 10f, 90f, 70f), (candidate.X1, candidate.Y1, candidate.X2, candidate.Y2));
        Assert.Equal((2, 1, (2 * 8) + 3), (candidate.ClassIndex, candidate.Level, candidate.Cell));
        Assert.Equal(0.5 / (1 + Math.Exp(-1)), candidate.Score, 6);
    }

    [Fact]
    public void The_square_root_of_the_score_is_reported_on_demand()
    {
        using NetworkInput input = Input();
        FakeOutput fake = new(input, 1, 2);
        fake.Place(0, 0, 0, 0, 0, [0, 0, 8, 8], logit: 0, centerness: 0);
        using NetworkOutput output = fake.Build();

        Assert.Equal(0.25, new FcosDecoder(new DetectionOptions()).Decode(output, input, 0)[0].Score, 6);
        Assert.Equal(0.5, new FcosDecoder(new DetectionOptions { SqrtScore = true }).Decode(output, input, 0)[0].Score, 6);
    }

    [Fact]
    public void The_threshold_is_on_the_class_alone_and_strict()
    {
        using NetworkInput input = Input();
        FakeOutput fake = new(input, 1, 2);
        fake.Place(0, 0, 0, 0, 0, [0, 0, 8, 8], logit: 0, centerness: -9); // class 0.5, product far below
        fake.Place(0, 0, 1, 1, 0, [0, 0, 8, 8], logit: -0.001f, centerness: 9);
        using NetworkOutput output = fake.Build();

        Assert.Single(new FcosDecoder(new DetectionOptions { ScoreThreshold = 0.4999 }).Decode(output, input, 0), c => c.Cell == 0);
        Assert.Empty(new FcosDecoder(new DetectionOptions { ScoreThreshold = 0.5 }).Decode(output, input, 0));
        Assert.Empty(new FcosDecoder(new DetectionOptions { ScoreThreshold = 1 }).Decode(output, input, 0));
    }

    [Fact]
    public void Boxes_are_clipped_to_the_image_and_not_to_the_padding()
    {
        using NetworkInput input = Input(128, 128);
        FakeOutput fake = new(input, 1, 2);
        fake.Place(0, 0, 15, 15, 0, [-30, 100, 128, 200]);
        using NetworkOutput output = fake.Build();

        Candidate clipped = new FcosDecoder(new DetectionOptions()).Decode(output, input, 0)[0];
        Candidate free = new FcosDecoder(new DetectionOptions { ClipBeforeNms = false }).Decode(output, input, 0)[0];

        Assert.Equal((0f, 100f, 120f, 120f), (clipped.X1, clipped.Y1, clipped.X2, clipped.Y2));
        Assert.Equal((-30f, 100f, 128f, 200f), (free.X1, free.Y1, free.X2, free.Y2));
    }

    [Fact]
    public void Torchvisions_locations_have_no_offset_and_divide_the_input_by_the_grid()
    {
        using NetworkInput input = Input(832, 832);
        FakeOutput fake = new(input, 1, 2);
        int cell = (1 * fake.WidthOf(4)) + 3; // p7: 7 cells of 832 / 7 = 118 pixels
        fake[OutputNames.ClassLogits(4)][cell] = 3;
        using NetworkOutput output = fake.Build();

        DetectionOptions options = new() { Locations = LocationRule.TorchVision };
        Candidate candidate = Assert.Single(new FcosDecoder(options).Decode(output, input, 0));

        Assert.Equal((354f, 118f), (candidate.X1, candidate.Y1));
    }

    [Fact]
    public void Each_image_of_a_batch_has_its_own_candidates()
    {
        using NetworkInput input = Input(images: 2);
        FakeOutput fake = new(input, 4, 2);
        fake.Place(0, 0, 3, 3, 1, [10, 10, 50, 50]);
        fake.Place(1, 2, 1, 1, 3, [0, 0, 100, 100]);
        using NetworkOutput output = fake.Build();
        FcosDecoder decoder = new(new DetectionOptions());

        Assert.Equal(1, Assert.Single(decoder.Decode(output, input, 0)).ClassIndex);
        Assert.Equal(3, Assert.Single(decoder.Decode(output, input, 1)).ClassIndex);
    }

    [Theory]
    [InlineData(0.05, 1000, 5)]
    [InlineData(0.3, 20, 5)]
    [InlineData(0.0, 50, 5)]
    [InlineData(0.6, 7, 2)]
    public void Candidates_agree_with_a_plain_sort_ties_included(double threshold, int top, int levelsOfLogit)
    {
        using NetworkInput input = Input(224, 160);
        FakeOutput fake = new(input, 7, 2);
        Random random = new(7);
        for (int level = 0; level < 5; level++)
        {
            // Few different values, so that ties are the rule.
            foreach (string name in new[] { OutputNames.ClassLogits(level), OutputNames.Centerness(level) })
            {
                foreach (ref float value in fake[name].AsSpan())
                {
                    value = random.Next(-levelsOfLogit, levelsOfLogit + 1);
                }
            }
        }

        using NetworkOutput output = fake.Build();
        DetectionOptions options = new() { ScoreThreshold = threshold, TopKPerLevel = top };

        IReadOnlyList<Candidate> candidates = new FcosDecoder(options).Decode(output, input, 0);

        List<(float Score, int Class, int Level, int Cell)> expected = [];
        for (int level = 0; level < 5; level++)
        {
            int cells = fake.WidthOf(level) * fake.HeightOf(level);
            float[] logits = fake[OutputNames.ClassLogits(level)];
            float[] centers = fake[OutputNames.Centerness(level)];
            expected.AddRange(
                from cell in Enumerable.Range(0, cells)
                from c in Enumerable.Range(0, 7)
                let p = Sigmoid(logits[(c * cells) + cell])
                where p > (float)threshold
                select (p * Sigmoid(centers[cell]), c, level, cell) into found
                orderby -found.Item1, found.cell, found.c
                select found);
            int before = expected.FindIndex(e => e.Level == level);
            if (before >= 0 && expected.Count - before > top)
            {
                expected.RemoveRange(before + top, expected.Count - before - top);
            }
        }

        Assert.NotEmpty(expected);
        Assert.Equal(expected, candidates.Select(c => (c.Score, c.ClassIndex, c.Level, c.Cell)));
    }

    [Theory]
    [InlineData("class_logits_p3")]
    [InlineData("box_p3")]
    [InlineData("centerness_p3")]
    public void A_nan_is_reported_with_the_outputs_name(string name)
    {
        using NetworkInput input = Input();
        FakeOutput fake = new(input, 2, 2);
        fake.Place(0, 0, 4, 5, 1, [10, 10, 50, 50]);
        fake.Set(name, 0, name == "class_logits_p3" ? 1 : 0, 4, 5, float.NaN);
        using NetworkOutput output = fake.Build();

        InvalidOperationException error =
            Assert.Throws<InvalidOperationException>(() => new FcosDecoder(new DetectionOptions()).Decode(output, input, 0));

        Assert.Contains(name, error.Message);
        Assert.Contains("NaN", error.Message);
    }

    [Fact]
    public void A_missing_output_and_a_wrong_shape_are_reported()
    {
        using NetworkInput input = Input();
        FeatureMap logits = new(new float[256], 1, 1, 16, 16);
        using NetworkOutput missing = new(new Dictionary<string, FeatureMap> { ["class_logits_p3"] = logits });
        using NetworkOutput wrong = new(new Dictionary<string, FeatureMap> { ["class_logits_p3"] = logits, ["box_p3"] = logits });
        FcosDecoder decoder = new(new DetectionOptions());

        Assert.Contains("no output 'box_p3'", Assert.Throws<InvalidOperationException>(() => decoder.Decode(missing, input, 0)).Message);
        Assert.Contains("[1, 4, 16, 16]", Assert.Throws<InvalidOperationException>(() => decoder.Decode(wrong, input, 0)).Message);
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
