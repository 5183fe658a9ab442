using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Comparison;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Tests.Evaluation.Comparison;

public class ApComparisonTests
{
    private static readonly BootstrapOptions s_few = new() { Samples = 200 };

    [Fact]
    public void Results_do_not_differ_from_themselves()
    {
        (InstanceDataset groundTruth, List<CocoDetection> found) = Golden();
        ResultComparison comparison = ApComparison.Run(groundTruth, found, found, null, s_few);
        Assert.All(comparison.Figures.Concat(comparison.Classes), figure =>
        {
            Assert.Equal(0, figure.Difference);
            Assert.False(figure.IsSignificant);
        });
    }

    [Fact]
    public void The_figures_are_those_of_the_whole_set()
    {
        (InstanceDataset groundTruth, List<CocoDetection> found) = Golden();
        ApResult expected = new AveragePrecision(groundTruth).Evaluate(found);
        ResultComparison comparison = ApComparison.Run(groundTruth, found, [], null, s_few);
        Assert.Equal(["AP", "AP50", "AP75", "APs", "APm", "APl"], comparison.Figures.Select(f => f.Name));
        Assert.All(comparison.Figures, f => Assert.Equal(expected[f.Name], f.Value, 1e-12));
        Assert.Equal(expected.Classes.Select(c => Math.Round(c.Ap, 12)), comparison.Classes.Select(f => Math.Round(f.Value, 12)));
        Assert.All(comparison.Figures, f => Assert.True(f.IsSignificant && f.ValueInterval.Contains(f.Value), f.ToString()));
    }

    /// <summary>A sample is measured as if its images lay in the dataset as often as they were drawn.</summary>
    [Fact]
    public void A_weighted_image_counts_like_as_many_copies_of_it()
    {
        (InstanceDataset groundTruth, List<CocoDetection> found) = Golden();
        int[] weights = new int[groundTruth.Images.Count];
        new BootstrapOptions { Seed = 5 }.Draw(3, weights);
        Assert.Equal(weights.Length, weights.Sum());
        Assert.InRange(weights.Count(w => w == 0), 20, 60); // a third stays out

        (ApResult _, Matching matching) = new AveragePrecision(groundTruth).Match(found);
        WeightedAp weighted = new(matching);
        ApFigures figures = new(matching.Options, matching.ClassCount);
        double[] ap = new double[figures.Cells];
        weighted.Measure(weights, ap, weighted.CreateCurves());

        (InstanceDataset copies, List<CocoDetection> foundInCopies) = Copy(groundTruth, found, matching, weights);
        ApResult expected = new AveragePrecision(copies).Evaluate(foundInCopies);
        double[] actual = figures.Of(ap);
        Assert.All(figures.Names.Index(), name => Assert.Equal(expected[name.Item], actual[name.Index], 1e-9));
    }

    [Fact]
    public void A_difference_that_all_images_share_is_more_than_chance_and_one_of_a_single_image_is_not()
    {
        (InstanceDataset groundTruth, List<CocoDetection> found) = Golden();
        CocoDetection[] weaker = [.. found.Where((_, i) => i % 3 != 0)];
        FigureDifference all = ApComparison.Run(groundTruth, found, weaker, null, s_few).Figures[0];
        Assert.True(all.IsSignificant && all.Difference > 0.05, all.ToString());

        long image = groundTruth.Images[0].Id;
        CocoDetection[] oneLess = [.. found.Where(d => d.ImageId != image)];
        FigureDifference one = ApComparison.Run(groundTruth, found, oneLess, null, s_few).Figures[0];
        Assert.False(one.IsSignificant, one.ToString());
    }

    [Fact]
    public void The_seed_alone_decides_which_images_are_drawn()
    {
        (InstanceDataset groundTruth, List<CocoDetection> found) = Golden();
        CocoDetection[] other = [.. found.Take(2000)];
        Interval Run(long seed) => ApComparison.Run(groundTruth, found, other, null, s_few with { Seed = seed }).Figures[0].Interval;
        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    [Theory]
    [InlineData(99, 0.95, "Samples")]
    [InlineData(100, 1.0, "Confidence")]
    public void Options_without_sense_are_refused(int samples, double confidence, string name)
    {
        InstanceDataset groundTruth = InstanceDataset.Create([new CocoImage(1, "a.png", 9, 9)], [new CocoCategory(1, "a")], []);
        BootstrapOptions options = new() { Samples = samples, Confidence = confidence };
        InputException error = Assert.Throws<InputException>(() => ApComparison.Run(groundTruth, [], [], null, options));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private static (InstanceDataset GroundTruth, List<CocoDetection> Found) Golden() => (
        InstanceDataset.Load(SharedData.Require("coco/annotations/instances_val2017.json")),
        ResultFile.Load(SharedData.Require("golden/detections_val2017.json")));

    private static (InstanceDataset GroundTruth, List<CocoDetection> Found) Copy(
        InstanceDataset groundTruth, List<CocoDetection> found, Matching matching, int[] weights)
    {
        const long stride = 1_000_000;
        List<CocoImage> images = [];
        List<CocoAnnotation> annotations = [];
        List<CocoDetection> copies = [];
        for (int i = 0; i < weights.Length; i++)
        {
            CocoImage image = matching.Images[i];
            for (int copy = 0; copy < weights[i]; copy++)
            {
                long id = image.Id + (copy * stride);
                images.Add(image with { Id = id });
                annotations.AddRange(groundTruth.Annotations.Where(a => a.ImageId == image.Id).Select(a => a with { ImageId = id }));
                copies.AddRange(found.Where(d => d.ImageId == image.Id).Select(d => d with { ImageId = id }));
            }
        }

        return (InstanceDataset.Create(images, groundTruth.Categories, annotations.Select((a, i) => a with { Id = i + 1 })), copies);
    }
}
