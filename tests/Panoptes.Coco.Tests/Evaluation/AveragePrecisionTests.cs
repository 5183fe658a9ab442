using System.Text.Json;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Masks;
using static Panoptes.Coco.Tests.Evaluation.SmallCases;

namespace Panoptes.Coco.Tests.Evaluation;

public class AveragePrecisionTests
{
    private const int Digits = 12; // the precision of a single hit is 1 / (1 + 2e-16)

    [Fact]
    public void Ground_truth_scored_against_itself_is_perfect()
    {
        InstanceDataset groundTruth = Dataset([Object(1, 1, 0, 0, 3, 3), Object(2, 1, 4, 4, 3, 3), Object(3, 2, 0, 0, 8, 8)]);
        ApResult result = new AveragePrecision(groundTruth).Evaluate([.. groundTruth.Annotations.Select((a, i) => Detection(a, 0.5 + (i / 10.0)))]);
        Assert.Equal(1, result.Ap, Digits);
        Assert.Equal(1, result["APs"], Digits);
        Assert.Equal((-1, -1), (result["APm"], result["APl"]));
        Assert.Equal([1, 1, -1], result.Classes.Select(c => Math.Round(c.Ap, Digits)));
        Assert.Equal([2, 1, 0], result.Classes.Select(c => c.Objects));
    }

    [Fact]
    public void Without_objects_nothing_is_defined_and_without_detections_all_is_0()
    {
        ApResult none = new AveragePrecision(Dataset([])).Evaluate([]);
        Assert.All(none.Stats, s => Assert.Equal(-1, s));
        ApResult missed = new AveragePrecision(Dataset([Object(1, 1, 0, 0, 3, 3)])).Evaluate([]);
        Assert.Equal((0, 0, -1), (missed.Ap, missed["AR100"], missed["APl"]));
    }

    [Fact]
    public void An_object_with_the_id_0_is_taken_but_not_found_as_in_pycocotools()
    {
        InstanceDataset groundTruth = Dataset([Object(0, 1, 0, 0, 3, 3)]);
        ApResult result = new AveragePrecision(groundTruth).Evaluate([Detection(groundTruth.Annotations[0], 0.9)]);
        Assert.Equal(0, result.Ap);
        Assert.Contains("id 0", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_may_be_left_out_of_account()
    {
        InstanceDataset groundTruth = Dataset([Object(1, 1, 0, 0, 3, 3)]);
        CocoDetection wrongClass = Detection(groundTruth.Annotations[0], 0.9) with { CategoryId = 2 };
        Assert.Equal(0, new AveragePrecision(groundTruth).Evaluate([wrongClass]).Ap);
        ApResult result = new AveragePrecision(groundTruth, new ApOptions { UseCategories = false }).Evaluate([wrongClass]);
        Assert.Equal(1, result.Ap, Digits);
        Assert.Equal("all", Assert.Single(result.Classes).Name);
    }

    [Fact]
    public void Only_the_images_and_classes_asked_for_count()
    {
        InstanceDataset groundTruth = Dataset([Object(1, 1, 0, 0, 3, 3), Object(2, 1, 0, 0, 3, 3, image: 2), Object(3, 2, 0, 0, 3, 3)]);
        CocoDetection[] found = [Detection(groundTruth.Annotations.Single(a => a.Id == 1), 0.9)];
        Assert.Equal(0.25, new AveragePrecision(groundTruth).Evaluate(found)["AR100"]);
        ApOptions firstOnly = new() { ImageIds = [1], CategoryIds = [1] };
        Assert.Equal(1, new AveragePrecision(groundTruth, firstOnly).Evaluate(found).Ap, Digits);
        Assert.Throws<InputException>(() => new AveragePrecision(groundTruth, new ApOptions { ImageIds = [7] }));
        Assert.Throws<InputException>(() => new AveragePrecision(groundTruth, new ApOptions { CategoryIds = [7] }));
    }

    [Fact]
    public void Detections_that_do_not_belong_to_the_data_set_are_refused_or_reported()
    {
        InstanceDataset groundTruth = Dataset([Object(1, 1, 0, 0, 3, 3)]);
        AveragePrecision evaluator = new(groundTruth);
        CocoDetection good = Detection(groundTruth.Annotations[0], 0.9);
        Assert.Contains("image_id is 9", Refuse(good with { ImageId = 9 }), StringComparison.Ordinal);
        Assert.Contains("score is NaN", Refuse(good with { Score = double.NaN }), StringComparison.Ordinal);
        Assert.Contains("no segmentation", Refuse(good with { Mask = null }), StringComparison.Ordinal);
        Assert.Contains("size is [4, 4]", Refuse(good with { Mask = Rle.Empty(4, 4) }), StringComparison.Ordinal);
        ApResult unknownClass = evaluator.Evaluate([good with { CategoryId = 99 }]);
        Assert.Contains("category_id", Assert.Single(unknownClass.Warnings), StringComparison.Ordinal);

        string Refuse(CocoDetection detection) =>
            Assert.Throws<InputException>(() => evaluator.Evaluate([good, detection])).Message;
    }

    [Fact]
    public void Options_without_sense_are_refused()
    {
        InstanceDataset groundTruth = Dataset([]);
        foreach (ApOptions options in new ApOptions[]
        {
            new() { IouThresholds = [] }, new() { IouThresholds = [0] }, new() { RecallThresholds = [0.5, 0.1] },
            new() { MaxDetections = [10, 1] }, new() { AreaRanges = [new("all", 5, 1)] },
        })
        {
            Assert.Throws<InputException>(() => new AveragePrecision(groundTruth, options));
        }
    }

    [Fact]
    public void The_report_holds_what_scripts_rely_on()
    {
        InstanceDataset groundTruth = Dataset([Object(1, 1, 0, 0, 3, 3)]);
        ApResult result = new AveragePrecision(groundTruth).Evaluate([Detection(groundTruth.Annotations[0], 0.9)]);
        using JsonDocument report = JsonDocument.Parse(result.ToJson());
        JsonElement root = report.RootElement;
        Assert.Equal("segm", root.GetProperty("iou_type").GetString());
        Assert.Equal(
            ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"],
            root.GetProperty("names").EnumerateArray().Select(n => n.GetString()!));
        double[] stats = GoldenFile.Numbers(root.GetProperty("stats"));
        Assert.Equal([1, 1, 1, 1, -1, -1, 1, 1, 1, 1, -1, -1], stats.Select(s => Math.Round(s, Digits)));
        Assert.Equal(1, root.GetProperty("per_class").GetProperty("1").GetProperty("ap").GetDouble(), Digits);
        Assert.Equal(["load", "match", "accumulate"], root.GetProperty("seconds").EnumerateObject().Select(p => p.Name));
        Assert.DoesNotContain("per_class", result.ToJson(perClass: false), StringComparison.Ordinal);
    }
}
