using System.Text.Json;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Tests.Evaluation;

/// <summary>Average precision against pycocotools 2.0.11, to the last bit.</summary>
public class GoldenApTests
{
    [Theory]
    [InlineData("bbox", IouType.Bbox, DetectionArea.Box)]
    [InlineData("segm_area_from_box", IouType.Segm, DetectionArea.Box)]
    [InlineData("segm_area_from_mask", IouType.Segm, DetectionArea.Mask)]
    public void Every_figure_equals_pycocotools(string key, IouType iouType, DetectionArea area)
    {
        ApResult result = AveragePrecision.Score(
            SharedData.Require("coco/annotations/instances_val2017.json"),
            SharedData.Require("golden/detections_val2017.json"),
            new ApOptions { IouType = iouType, DetectionArea = area });
        using JsonDocument document = GoldenFile.Open("golden/ap_val2017.json");
        JsonElement golden = document.RootElement.GetProperty(key);

        Assert.Equal(GoldenFile.Numbers(golden.GetProperty("stats")), result.Stats);
        Assert.Equal(80, result.Classes.Count);
        foreach (ApClass category in result.Classes)
        {
            JsonElement expected = golden.GetProperty("per_class").GetProperty(category.CategoryId.ToString());
            Assert.Equal(expected.GetProperty("ap").GetDouble(), category.Ap);
            Assert.Equal(expected.GetProperty("ar100").GetDouble(), category.Ar);
        }

        double[] precision = [.. result.Precision.ToArray().Where(p => p > -1)];
        Assert.Equal(golden.GetProperty("precision_defined").GetInt32(), precision.Length);
        Assert.Equal(golden.GetProperty("precision_sum").GetDouble(), NumpySum(precision));
        Assert.Equal(golden.GetProperty("recall_sum").GetDouble(), NumpySum([.. result.Recall.ToArray().Where(r => r > -1)]));
    }

    [Fact]
    public void Results_without_boxes_take_their_area_from_the_mask()
    {
        List<CocoDetection> detections = ResultFile.Load(SharedData.Require("golden/detections_val2017.json"));
        InstanceDataset groundTruth = InstanceDataset.Load(SharedData.Require("coco/annotations/instances_val2017.json"));
        ApResult result = new AveragePrecision(groundTruth).Evaluate([.. detections.Select(d => d with { Bbox = null })]);
        using JsonDocument document = GoldenFile.Open("golden/ap_val2017.json");
        JsonElement golden = document.RootElement.GetProperty("segm_area_from_mask");
        Assert.Equal(GoldenFile.Numbers(golden.GetProperty("stats")), result.Stats);
    }

    [Theory]
    [InlineData("segm", IouType.Segm, 0)]
    [InlineData("bbox", IouType.Bbox, 1)]
    public void Cocos_own_example_gives_its_published_figures(string kind, IouType iouType, int block)
    {
        ApResult result = AveragePrecision.Score(
            SharedData.Require("coco_eval_reference/instances_val2014_100.json"),
            SharedData.Require($"coco_eval_reference/instances_val2014_fake{kind}100_results.json"),
            new ApOptions { IouType = iouType });
        double[] expected =
        [
            .. File.ReadLines(SharedData.Require("coco_eval_reference/val2014_fake_eval_res.txt"))
                .Where(line => line.StartsWith(" Average", StringComparison.Ordinal))
                .Skip(12 * block).Take(12)
                .Select(line => double.Parse(line[(line.LastIndexOf('=') + 1)..])),
        ];

        Assert.Equal(expected, result.Stats.Select(s => Math.Round(s, 3)));
    }

    // numpy.sum, written a second time: buffers of 8192, halved down to blocks of 128, eight lanes in each.
    private static double NumpySum(double[] values) => values.Chunk(8192).Aggregate(0.0, (sum, buffer) => sum + PairwiseSum(buffer));

    private static double PairwiseSum(ReadOnlySpan<double> values)
    {
        if (values.Length > 128)
        {
            int half = values.Length / 2 / 8 * 8;
            return PairwiseSum(values[..half]) + PairwiseSum(values[half..]);
        }

        double[] lanes = new double[8];
        int whole = values.Length / 8 * 8;
        for (int i = 0; i < whole; i++)
        {
            lanes[i % 8] += values[i];
        }

        double sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
        foreach (double rest in values[whole..])
        {
            sum += rest;
        }

        return sum;
    }
}
