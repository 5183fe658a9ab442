using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Tests.Evaluation.Analysis;

public class ErrorBreakdownTests
{
    /// <summary>What TIDE's own toolbox (tidecv 1.0.1) counts in the made-up detections, and the AP50 it says each kind costs, in points.</summary>
    [Theory]
    [InlineData(IouType.Bbox, new[] { 68, 303, 624, 55, 3307, 140 }, new[] { 8.9819, 3.7811, 0.1492, 0.2112, 0.9926, 11.4891 }, 7.8202, 22.9515)]
    [InlineData(IouType.Segm, new[] { 45, 210, 453, 38, 3616, 150 }, new[] { 8.7717, 3.1012, 0.3727, 0.2131, 0.7289, 12.2608 }, 6.5891, 23.6802)]
    public void Errors_are_counted_and_weighed_as_tide_does(IouType type, int[] counts, double[] costs, double falsePositives, double falseNegatives)
    {
        // Its toolbox counts detections on crowds as errors; here they are none. Without crowds the two agree.
        InstanceDataset all = InstanceDataset.Load(SharedData.Require("coco/annotations/instances_val2017.json"));
        InstanceDataset groundTruth = InstanceDataset.Create(all.Images, all.Categories, all.Annotations.Where(a => !a.IsCrowd));
        List<CocoDetection> found = ResultFile.Load(SharedData.Require("golden/detections_val2017.json"));

        ErrorBreakdown errors = InstanceAnalysis.Run(groundTruth, found, new ApOptions { IouType = type }).Errors;

        // Its AP differs from pycocotools' in the fourth digit: it computes precision and recall thresholds in another order.
        const double tolerance = 0.02;
        Assert.Equal(counts, errors.Costs.Select(c => c.Count));
        Assert.All(errors.Costs.Zip(costs), pair => Assert.Equal(pair.Second, 100 * pair.First.ApCost, tolerance));
        Assert.Equal(falsePositives, 100 * errors.FalsePositiveCost, tolerance);
        Assert.Equal(falseNegatives, 100 * errors.FalseNegativeCost, tolerance);
        Assert.All(errors.Costs, cost => Assert.Equal(cost.Count, cost.ByClass.Sum(c => c.Count)));
    }

    [Fact]
    public void The_baseline_is_the_ap_at_the_first_threshold()
    {
        InstanceAnalysis analysis = InstanceAnalysis.Run(
            SharedData.Require("coco/annotations/instances_val2017.json"), SharedData.Require("golden/detections_val2017.json"));
        Assert.Equal(analysis.Ap.Ap50, analysis.Errors.Ap, 1e-12);
    }

    [Fact]
    public void A_detection_of_another_class_is_a_classification_error_and_mended_finds_its_object()
    {
        // Class 1 has an object that was called 2; class 2 has one that was found, with a lower score than the mistake.
        ErrorBreakdown errors = Analyze(new SmallScene("a", "b").There(1, 0, 40).There(2, 50, 40).Finds(2, 0, 40, 0.9).Finds(2, 50, 40, 0.8));

        Assert.Equal(0.25, errors.Ap, 1e-9); // a: 0, b: found at a precision of 1/2
        Assert.Equal((1, 0.75), Of(errors, ErrorKind.Classification)); // fixed: both 1
        Assert.Equal((0, 0), Of(errors, ErrorKind.Missed)); // the mistake stands for the object
        Assert.Equal(0.25, errors.FalsePositiveCost, 1e-9);
        Assert.Equal([0, 1], errors.Costs[0].ByClass.Select(c => c.Count));
        Assert.Equal([1, 0.5], errors.Costs[0].ByClass.Select(c => Math.Round(c.ApCost, 9)));
    }

    [Fact]
    public void A_detection_too_far_off_is_a_localization_error()
    {
        ErrorBreakdown errors = Analyze(new SmallScene("a").There(1, 0, 40).Finds(1, 24, 40, 0.9)); // IoU 16 / 64
        Assert.Equal((1, 1), Of(errors, ErrorKind.Localization));
        Assert.Equal((0, 0), Of(errors, ErrorKind.Missed));
    }

    [Fact]
    public void Of_two_that_stand_for_one_object_the_stronger_is_mended_and_the_other_goes()
    {
        SmallScene scene = new SmallScene("a").There(1, 0, 40).There(1, 60, 40).Finds(1, 24, 40, 0.6).Finds(1, 20, 40, 0.9).Finds(1, 60, 40, 0.7);
        ErrorBreakdown errors = Analyze(scene);
        Assert.Equal((2, Math.Round(1 - errors.Ap, 9)), Of(errors, ErrorKind.Localization));
    }

    [Fact]
    public void A_second_detection_of_an_object_is_a_duplicate()
    {
        SmallScene scene = new SmallScene("a").There(1, 0, 40).There(1, 60, 40).Finds(1, 0, 40, 0.9).Finds(1, 1, 40, 0.8).Finds(1, 60, 40, 0.7);
        ErrorBreakdown errors = Analyze(scene);
        Assert.Equal((1, Math.Round(1 - errors.Ap, 9)), Of(errors, ErrorKind.Duplicate));
    }

    [Fact]
    public void A_detection_on_nothing_is_background_and_one_beside_another_class_is_both()
    {
        SmallScene scene = new SmallScene("a", "b").There(1, 0, 40).Finds(1, 80, 20, 0.95).Finds(2, 24, 40, 0.9).Finds(1, 0, 40, 0.5);
        ErrorBreakdown errors = Analyze(scene);
        Assert.Equal((1, 0.5), Of(errors, ErrorKind.Background));
        Assert.Equal((1, 0), Of(errors, ErrorKind.Both)); // class b has no objects, so its false alarm costs nothing
    }

    [Fact]
    public void An_object_that_nothing_stands_for_is_missed_and_taken_away()
    {
        ErrorBreakdown errors = Analyze(new SmallScene("a").There(1, 0, 40).There(1, 60, 40).Finds(1, 0, 40, 0.9));
        (int count, double cost) = Of(errors, ErrorKind.Missed);
        Assert.Equal(1, count);
        Assert.Equal(1 - (51 / 101.0), cost, 1e-9); // recalls of 0 to 0.5 are reached
        Assert.Equal(cost, errors.FalseNegativeCost, 1e-9);
    }

    [Fact]
    public void What_lies_on_a_crowd_is_no_error_and_a_crowd_is_not_missed()
    {
        ErrorBreakdown errors = Analyze(new SmallScene("a").There(1, 0, 40).There(1, 50, 50, crowd: true).Finds(1, 0, 40, 0.9).Finds(1, 60, 10, 0.8));
        Assert.All(errors.Costs, cost => Assert.Equal((0, 0.0), (cost.Count, cost.ApCost)));
        Assert.Equal((0, 0), (errors.FalsePositiveCost, errors.FalseNegativeCost));
    }

    [Fact]
    public void Without_detections_or_objects_there_is_an_analysis_too()
    {
        Assert.Equal((1, 0), Of(Analyze(new SmallScene("a").There(1, 0, 40)), ErrorKind.Missed));
        Assert.Equal((1, 0), Of(Analyze(new SmallScene("a").Finds(1, 0, 40, 0.5)), ErrorKind.Background));
        Assert.Equal(0, Analyze(new SmallScene("a")).Ap);
    }

    [Theory]
    [InlineData(0.5, null, 6, "BackgroundIou")]
    [InlineData(-0.1, null, 6, "BackgroundIou")]
    [InlineData(0.1, 1.5, 6, "ConfusionScore")]
    [InlineData(0.1, null, -1, "WorstOfEachKind")]
    public void Options_without_sense_are_refused(double background, double? score, int worst, string name)
    {
        AnalysisOptions options = new() { BackgroundIou = background, ConfusionScore = score, WorstOfEachKind = worst };
        SmallScene scene = new SmallScene("a").There(1, 0, 40);
        InputException error = Assert.Throws<InputException>(() => InstanceAnalysis.Run(scene.GroundTruth(), scene.Found, null, options));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private static ErrorBreakdown Analyze(SmallScene scene)
    {
        ErrorBreakdown boxes = InstanceAnalysis.Run(scene.GroundTruth(), scene.Found, new ApOptions { IouType = IouType.Bbox }).Errors;
        ErrorBreakdown masks = InstanceAnalysis.Run(scene.GroundTruth(), scene.Found).Errors; // of the same rectangles
        Assert.Equal(boxes.Costs.Select(c => (c.Count, c.ApCost)), masks.Costs.Select(c => (c.Count, c.ApCost)));
        return masks;
    }

    private static (int Count, double Cost) Of(ErrorBreakdown errors, ErrorKind kind)
    {
        ErrorCost cost = errors.Costs.Single(c => c.Kind == kind);
        return (cost.Count, Math.Round(cost.ApCost, 9));
    }
}
