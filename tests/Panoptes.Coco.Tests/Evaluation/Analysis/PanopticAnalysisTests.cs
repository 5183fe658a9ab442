using System.Xml;
using System.Xml.Linq;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Coco.Evaluation.Comparison;
using Panoptes.Coco.Reports;

namespace Panoptes.Coco.Tests.Evaluation.Analysis;

public class PanopticAnalysisTests
{
    /// <summary>The ape is found with an IoU of 4/5, its second one not; a bee is made up in the clouds, which have an IoU of 6/9.</summary>
    [Fact]
    public void What_is_lost_follows_from_the_definition()
    {
        using PanopticScene scene = new(["aaaaAAAcccccccc."], ["aaaaa..ccccccbb."]);
        PanopticAnalysis analysis = Run(scene);

        // Ape: 4/5 found, one missed. Bee: one that is not there. Clouds: 6/8, for the bee took two pixels.
        Assert.Equal(0.8 / 1.5, analysis.Pq.Classes[0].Pq, 1e-12);
        Same(new PqCost(0, 0.8 - (0.8 / 1.5), (1 / 1.5) - (0.8 / 1.5)), analysis.ClassCosts[0]);
        Same(new PqCost(0, 0, 0), analysis.ClassCosts[1]);
        Same(new PqCost(0, 0, 0.25), analysis.ClassCosts[2]);
        Same(new PqCost(0, (0.8 - (0.8 / 1.5)) / 3, (0.25 + (0.2 / 1.5)) / 3), analysis.Costs);
        Assert.Equal([(2, 1, 2L)], analysis.Confusion.Confusions()); // clouds taken for a bee
        Assert.Equal((4 + 1, 2L), ((int)analysis.Confusion[0, 0], analysis.Confusion[0, 3]));
        Assert.Equal(new PanopticCase(1, (0.8 + 0.75) / 3, 2, 1, 1), Assert.Single(analysis.WorstImages));
        Assert.Equal(["small", "medium", "large"], analysis.Sizes.Select(s => s.Range.Name));
        Assert.Equal([analysis.Pq.All.Pq, 0, 0], analysis.Sizes.Select(s => s.Figures.Pq));
    }

    [Fact]
    public void The_worst_images_come_first_and_perfect_ones_not_at_all()
    {
        using PanopticScene scene = new(["aaaa", "aabb", "aacc"], ["aaaa", "aa..", "cccc"]);
        Assert.Equal([3, 2], Run(scene).WorstImages.Select(p => p.ImageId));
    }

    [Fact]
    public void Sizes_count_true_segments_by_their_own_size_and_others_by_the_predicted_one()
    {
        string small = new('a', 100);
        string large = new('c', 96 * 100);
        using PanopticScene scene = new([small + large + new string('.', 2000)], [small + large + new string('b', 2000)]);
        PanopticAnalysis analysis = Run(scene);
        Assert.Equal([1, 0, 0], analysis.Sizes.Select(s => s.Classes[0].TruePositives));
        Assert.Equal([0, 0, 0], analysis.Sizes.Select(s => s.Classes[1].FalsePositives)); // all of it on unlabeled pixels
        Assert.Equal([0, 0, 1], analysis.Sizes.Select(s => s.Classes[2].TruePositives));
    }

    [Fact]
    public void The_sizes_of_real_predictions_add_up()
    {
        PanopticAnalysis analysis = PanopticAnalysis.Run(
            SharedData.Require("coco/annotations/panoptic_val2017.json"),
            SharedData.Require("coco/annotations/panoptic_val2017"),
            SharedData.Require("golden/panoptic_predictions.json"),
            SharedData.Require("golden/panoptic_predictions"),
            cancellationToken: TestContext.Current.CancellationToken);
        for (int k = 0; k < analysis.Pq.Classes.Count; k++)
        {
            PqClass all = analysis.Pq.Classes[k];
            Assert.Equal(all.TruePositives, analysis.Sizes.Sum(s => s.Classes[k].TruePositives));
            Assert.Equal(all.FalsePositives, analysis.Sizes.Sum(s => s.Classes[k].FalsePositives));
            Assert.Equal(all.FalseNegatives, analysis.Sizes.Sum(s => s.Classes[k].FalseNegatives));
        }

        Assert.InRange(analysis.Costs.Borders, analysis.Pq.All.Rq - analysis.Pq.All.Pq - 1e-12, analysis.Pq.All.Rq - analysis.Pq.All.Pq + 1e-12);
    }

    [Fact]
    public void Two_results_are_compared_on_the_same_draws()
    {
        string[] groundTruth = [.. Enumerable.Repeat("aaaabbbbcccc", 30)];
        string[] worse = [.. Enumerable.Repeat("aaaabbb.cccc", 30)];
        string[] once = ["aaaacccccccc", .. groundTruth.Skip(1)];
        using PanopticScene scene = new(groundTruth, groundTruth, worse, once);
        PanopticAnalysis[] all = [.. Enumerable.Range(0, 3).Select(i => Run(scene, i))];

        FigureDifference certain = Compare(all[0], all[1]).Figures[0];
        Assert.Equal(("PQ", 1.0, true), (certain.Name, certain.Value, certain.IsSignificant));
        Assert.All([certain.Difference, certain.Interval.Low, certain.Interval.High], value => Assert.Equal(0.25 / 3, value, 1e-12));
        FigureDifference chance = Compare(all[0], all[2]).Figures[0];
        Assert.True(chance.Difference > 0 && !chance.IsSignificant, chance.ToString());
        Assert.Equal(["ape", "bee", "cloud<s>"], Compare(all[0], all[1]).Classes.Select(c => c.Name));
    }

    [Fact]
    public void Results_on_other_images_cannot_be_compared()
    {
        using PanopticScene one = new(["aa"], ["aa"]);
        using PanopticScene two = new(["aa", "bb"], ["aa", "bb"]);
        Assert.Contains("same ground truth", Assert.Throws<InputException>(() => Compare(Run(one), Run(two))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_is_well_formed_and_shows_ground_truth_beside_prediction()
    {
        using PanopticScene scene = new(["aaaaAAAcccccccc."], ["aaaaa..ccccccbb."]);
        PanopticAnalysis analysis = Run(scene);
        AnalysisReport.WritePage(scene.Page, analysis, new PageOptions { Comparison = Compare(analysis, analysis) });
        using XmlReader reader = XmlReader.Create(scene.Page, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        XElement page = XElement.Load(reader);

        Assert.Equal(2, page.Descendants("img").Count());
        Assert.Contains("cloud<s>", page.Value, StringComparison.Ordinal);
        Assert.Contains("1.jpg quality 0.517: 2 segments found, 1 not there, 1 not found", page.Value, StringComparison.Ordinal);
        Assert.Contains("bee (0.000, not there)", page.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page.Value, StringComparison.Ordinal);
        foreach (string target in page.Descendants("a").Select(a => (string)a.Attribute("href")!))
        {
            Assert.Single(page.Descendants(), element => "#" + (string?)element.Attribute("id") == target);
        }
    }

    private static PanopticAnalysis Run(PanopticScene scene, int prediction = 0) => PanopticAnalysis.Run(
        scene.GroundTruth.File, scene.GroundTruth.Folder, scene.Predictions[prediction].File, scene.Predictions[prediction].Folder,
        cancellationToken: TestContext.Current.CancellationToken);

    private static ResultComparison Compare(PanopticAnalysis one, PanopticAnalysis other) =>
        PqComparison.Run(one, other, cancellationToken: TestContext.Current.CancellationToken);

    private static void Same(PqCost expected, PqCost actual)
    {
        Assert.Equal(expected.FalsePositives, actual.FalsePositives, 1e-12);
        Assert.Equal(expected.FalseNegatives, actual.FalseNegatives, 1e-12);
        Assert.Equal(expected.Borders, actual.Borders, 1e-12);
    }
}
