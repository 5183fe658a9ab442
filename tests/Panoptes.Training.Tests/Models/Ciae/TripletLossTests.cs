using Panoptes.Masks;
using Panoptes.Testing.Torch;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models.Ciae;

namespace Panoptes.Training.Tests.Models.Ciae;

[Collection(TorchCollection.Name)]
public class TripletLossTests
{
    private const int Dim = 5;

    /// <summary>methods 12: own term with d = 0.2, and a pixel that is exactly its query.</summary>
    [Theory]
    [InlineData(0.2, 0.17768118)]
    [InlineData(0, 0.07232066)]
    public void The_own_query_pulls_by_a_known_amount(double distance, double expected)
    {
        using TensorScope scope = new();
        Assert.Equal(expected, Pixel([distance]), 1e-7);
    }

    /// <summary>methods 12: d_pos 0.2, d_neg 1.0: 0; d_pos 0.5, d_neg 0.4: 0.12361396.</summary>
    [Theory]
    [InlineData(0.2, 1.0, 0)]
    [InlineData(0.5, 0.4, 0.12361396)]
    public void Another_query_pushes_by_a_known_amount(double positive, double negative, double expected)
    {
        using TensorScope scope = new();
        Assert.Equal(expected, Pixel([positive, negative]) - Pixel([positive]), 1e-7);
    }

    public static TheoryData<int, CiaeConfig> Cases
    {
        get
        {
            CiaeConfig paper = new();
            CiaeConfig[] configs =
            [
                paper, paper with { TopK = 1 }, paper with { TopK = 2 }, paper with { TopK = 0 }, paper with { TopK = 100 },
                paper with { Margin = 0 }, paper with { Margin = 0.3 }, paper with { Margin = 2 },
                paper with { HardPixelPercent = 5 }, paper with { HardPixelPercent = 40 }, paper with { HardPixelPercent = 100 },
                paper with { HardPixelPercent = 0.001 },
            ];
            return [.. configs.SelectMany(config => new[] { 1, 4 }.Select(factor => new TheoryDataRow<int, CiaeConfig>(factor, config)))];
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_loss_is_that_of_loops_over_pixels_and_queries(int factor, CiaeConfig config)
    {
        using TensorScope scope = new();
        RandomStream random = new(5);
        SlowTripletLoss.Image[] images =
            [Random(factor, 9, 7, ref random), Random(factor, 5, 3, ref random), Random(factor, 1, 1, ref random)];
        double expected = SlowTripletLoss.Compute(config, images);
        Assert.InRange(expected, 0.01, 100);
        Assert.Equal(1, new TripletLoss(config).Compute([.. images.Select(p => Target(p))]).ToDouble() / expected, 1e-10);
    }

    [Fact]
    public void Strips_join_without_a_seam()
    {
        // Strips have about 32768 pixels: three of them, one row of cells each where the image is very wide, and two where labels are as
        // coarse as the embedding.
        using TensorScope scope = new();
        RandomStream random = new(6);
        CiaeConfig config = new();
        foreach ((int factor, int height, int width) in new[] { (4, 40, 110), (4, 3, 1100), (1, 170, 210) })
        {
            SlowTripletLoss.Image image = Random(factor, height, width, ref random);
            double expected = SlowTripletLoss.Compute(config, [image]);
            Tensor embedding = Tensor.From<double>([.. image.Embedding.Cast<double>()], [Dim, height, width]);
            embedding.RequiresGrad = true;
            Tensor loss = new TripletLoss(config).Compute([Target(image) with { Embedding = embedding }]);
            Assert.Equal(1, loss.ToDouble() / expected, 1e-10);
            loss.Backward();

            // Each cell of the embedding as if it alone were moved, at a strip's border and inside.
            foreach (int row in new[] { 0, 17, 18, 19, 155, 156, height - 1 }.Where(r => r < height))
            {
                double[,,] moved = (double[,,])image.Embedding.Clone();
                const double Step = 1e-5;
                moved[2, row, 3] += Step;
                double above = new TripletLoss(config).Compute([Target(image with { Embedding = moved })]).ToDouble();
                moved[2, row, 3] -= 2 * Step;
                double below = new TripletLoss(config).Compute([Target(image with { Embedding = moved })]).ToDouble();
                double gradient = embedding.Grad!.ToArray<double>()[(((2 * height) + row) * width) + 3];
                Assert.Equal((above - below) / (2 * Step), gradient, 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(4, null)]
    [InlineData(4, 30.0)]
    public void Gradients_are_those_of_finite_differences(int factor, double? hardPixelPercent)
    {
        using TensorScope scope = new();
        RandomStream random = new(7);
        SlowTripletLoss.Image[] images = [Random(factor, 4, 5, ref random), Random(factor, 3, 2, ref random)];
        TripletLoss loss = new(new CiaeConfig { TopK = 3, HardPixelPercent = hardPixelPercent });
        TripletTarget[] targets = [.. images.Select(p => Target(p))];

        // Queries move with their lengths too: gradients are with respect to the numbers as they are.
        GradientCheck.Verify(
            inputs => 50.0 * loss.Compute(
                [.. targets.Select((t, i) => t with { Embedding = inputs[2 * i], Queries = inputs[(2 * i) + 1] })]),
            [.. targets.SelectMany(t => new[] { t.Embedding, t.Queries })]);
    }

    [Fact]
    public void Instances_means_send_gradients_into_the_pixels_they_are_made_of()
    {
        using TensorScope scope = new();
        RandomStream random = new(8);
        SlowTripletLoss.Image image = Random(4, 4, 5, ref random);
        TripletTarget target = Target(image);
        TripletLoss loss = new(new CiaeConfig());
        GradientCheck.Verify(
            embedding =>
            {
                SegmentSums sums = SegmentSums.Of(embedding, target.Labels.Span, 4);
                Tensor means = sums.Values / sums.Values.LinalgVectorNorm(2, [1], keepdim: true);
                return loss.Compute([target with { Embedding = embedding, Queries = means, Boxes = [] }]) * 50.0;
            },
            target.Embedding);
    }

    [Fact]
    public void Equal_losses_tie_without_changing_the_sum()
    {
        // The same embedding everywhere and queries in pairs: every choice among equals is the same.
        using TensorScope scope = new();
        RandomStream random = new(9);
        SlowTripletLoss.Image image = Random(4, 6, 6, ref random);
        double[,,] flat = new double[Dim, 6, 6];
        for (int i = 0; i < flat.Length; i++)
        {
            flat[i / 36, i / 6 % 6, i % 6] = image.Embedding[i / 36, 0, 0];
        }

        double[][] twins = [.. image.Queries.Select((_, k) => image.Queries[k / 2])];
        image = image with { Embedding = flat, Queries = twins };
        foreach (CiaeConfig config in new CiaeConfig[] { new(), new() { TopK = 2 }, new() { HardPixelPercent = 10 } })
        {
            double expected = SlowTripletLoss.Compute(config, [image]);
            Assert.Equal(1, new TripletLoss(config).Compute([Target(image)]).ToDouble() / expected, 1e-10);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5.0)]
    public void Images_without_labels_teach_nothing(double? hardPixelPercent)
    {
        using TensorScope scope = new();
        RandomStream random = new(10);
        SlowTripletLoss.Image image = Random(4, 3, 4, ref random);
        Array.Fill(image.Labels, (short)-1);
        Tensor embedding = Target(image).Embedding;
        embedding.RequiresGrad = true;
        Tensor loss = new TripletLoss(new CiaeConfig { HardPixelPercent = hardPixelPercent })
            .Compute([Target(image) with { Embedding = embedding }]);
        loss.Backward();
        Assert.Equal(0, loss.ToDouble());
        Assert.All(embedding.Grad!.ToArray<double>(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Boxes_decide_what_a_pixel_is_told_apart_from()
    {
        using TensorScope scope = new();
        RandomStream random = new(11);
        SlowTripletLoss.Image image = Random(4, 6, 8, ref random);
        SlowTripletLoss.Image all = image with { Boxes = [] };
        CiaeConfig config = new() { TopK = 0 };
        double[] losses = [.. new[] { image, all }.Select(p => new TripletLoss(config).Compute([Target(p)]).ToDouble())];
        Assert.True(losses[0] < losses[1] * 0.99, $"{losses[0]}, {losses[1]}");
    }

    // One pixel with the given distances to its queries, of which the first is its own.
    private static double Pixel(double[] distances)
    {
        double[][] queries = [.. distances.Select((d, k) =>
        {
            // p = e0; each query leans into a dimension of its own.
            double[] query = new double[Dim];
            query[0] = 1 - d;
            query[k + 1] = Math.Sqrt(1 - ((1 - d) * (1 - d)));
            return query;
        })];
        double[,,] embedding = new double[Dim, 1, 1];
        embedding[0, 0, 0] = 3;
        return new TripletLoss(new CiaeConfig()).Compute([Target(new(embedding, queries, [0], 1, [0], [1], []))]).ToDouble();
    }

    // Nine queries, the last four with boxes; a fifth of the pixels are ignored.
    private static SlowTripletLoss.Image Random(int factor, int height, int width, ref RandomStream random)
    {
        double[,,] embedding = new double[Dim, height, width];
        for (int i = 0; i < embedding.Length; i++)
        {
            embedding[i / (height * width), i / width % height, i % width] = (random.NextDouble() * 4) - 2;
        }

        double[][] queries = new double[9][];
        for (int k = 0; k < queries.Length; k++)
        {
            double[] query = new double[Dim];
            for (int d = 0; d < Dim; d++)
            {
                query[d] = random.NextDouble() - 0.5;
            }

            queries[k] = SlowTripletLoss.Unit(query);
        }

        (int rows, int columns) = (height * factor, width * factor);
        short[] labels = new short[rows * columns];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = (short)(random.NextInt(5) == 0 ? -1 : random.NextInt(12));
        }

        Box[] boxes = new Box[4];
        for (int k = 0; k < boxes.Length; k++)
        {
            (double x, double y) = (random.NextDouble() * columns, random.NextDouble() * rows);
            boxes[k] = new Box(x - (columns / 3.0), y - (rows / 3.0), x + (columns / 3.0), y + (rows / 3.0));
        }

        // Labels and queries are not the same numbers: several labels may have one query.
        int[] owner = [3, 0, 1, 2, 4, 8, 7, 6, 5, 5, 4, 1];
        double[] weight = [1, 1, 1, 1, 1, 5, 5, 5, 5, 5, 0.5, 2];
        return new SlowTripletLoss.Image(embedding, queries, labels, factor, owner, weight, boxes);
    }

    private static TripletTarget Target(SlowTripletLoss.Image image) => new(
        Tensor.From<double>(
            [.. image.Embedding.Cast<double>()],
            [image.Embedding.GetLength(0), image.Embedding.GetLength(1), image.Embedding.GetLength(2)]),
        Tensor.From<double>([.. image.Queries.SelectMany(q => q)], [image.Queries.Length, image.Queries[0].Length]),
        image.Labels,
        image.Factor,
        image.Owner,
        [.. image.Weight.Select(w => (float)w)])
    {
        Boxes = image.Boxes,
    };
}
