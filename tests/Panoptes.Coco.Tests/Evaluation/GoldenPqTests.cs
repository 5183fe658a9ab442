using System.Text.Json;
using Panoptes.Coco.Evaluation;

namespace Panoptes.Coco.Tests.Evaluation;

/// <summary>Panoptic quality against panopticapi.</summary>
public class GoldenPqTests
{
    private const double LastBits = 4e-16;

    [Fact]
    public void Every_figure_equals_panopticapi()
    {
        PqResult result = PanopticQuality.Score(
            SharedData.Require("coco/annotations/panoptic_val2017.json"),
            SharedData.Require("coco/annotations/panoptic_val2017"),
            SharedData.Require("golden/panoptic_predictions.json"),
            SharedData.Require("golden/panoptic_predictions"),
            cancellationToken: TestContext.Current.CancellationToken);
        using JsonDocument golden = GoldenFile.Open("golden/pq_val2017.json");
        foreach ((string name, PqFigures figures) in new[] { ("All", result.All), ("Things", result.Things), ("Stuff", result.Stuff) })
        {
            JsonElement expected = golden.RootElement.GetProperty(name);
            Same(expected, figures.Pq, figures.Sq, figures.Rq);
            Assert.Equal(expected.GetProperty("n").GetInt32(), figures.Classes);
        }

        JsonElement classes = golden.RootElement.GetProperty("per_class");
        Assert.Equal(classes.EnumerateObject().Count(), result.Classes.Count);
        foreach (PqClass one in result.Classes)
        {
            Same(classes.GetProperty(one.Category.Id.ToString()), one.Pq, one.Sq, one.Rq);
        }
    }

    private static void Same(JsonElement expected, double pq, double sq, double rq)
    {
        // panopticapi adds up the images of each of its processes, and then these sums: its own last bit depends on the number of cores.
        Assert.Equal(expected.GetProperty("pq").GetDouble(), pq, LastBits);
        Assert.Equal(expected.GetProperty("sq").GetDouble(), sq, LastBits);
        Assert.Equal(expected.GetProperty("rq").GetDouble(), rq, LastBits);
    }
}
