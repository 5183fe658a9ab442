using System.Xml.Linq;
using Panoptes.Coco.Datasets.Statistics;

namespace Panoptes.Coco.Tests.Datasets.Statistics;

public sealed class StatisticsPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-stats").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_page_is_well_formed_and_shows_every_figure()
    {
        XElement page = Write(SmallDataset.Instances);

        XElement tile = Assert.Single(page.OfClass("main"));
        Assert.Equal(["Objects", "3", "and 1 crowd"], tile.Elements("p").Select(p => p.Value));
        Assert.Equal(
            [
                "Size", "Size in the image", "Pyramid level", "Shape of the box", "Places", "Corners",
                "Objects", "Classes", "Short side", "Shape",
            ],
            page.OfClass("chart").Select(chart => (string?)chart.Attribute("aria-label")));
        XElement[] tables = [.. page.Descendants("tbody")];
        Assert.Equal(["cat", "dog", "<b>&\"bird"], tables[0].Elements("tr").Select(row => row.Element("th")!.Value));
        Assert.Equal(["cat + dog"], tables[1].Elements("tr").Select(row => row.Element("th")!.Value));
        Assert.Contains("1 class without objects: <b>&\"bird.", page.Value, StringComparison.Ordinal);
        Assert.Contains("2 as polygons, 2 as uncompressed run lengths", page.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", page.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Bars_are_as_many_and_as_high_as_the_histogram_has_them()
    {
        XElement chart = Write(SmallDataset.Instances).OfClass("chart").First(c => (string?)c.Attribute("aria-label") == "Pyramid level");

        XElement[] bars = chart.OfClass("bar-fill");
        Assert.Equal(["P3", "P4", "P5", "P6", "P7"], bars.Select(bar => bar.Value[..2]));
        double[] heights = [.. bars.Select(bar => (double)bar.Attribute("height")!)];
        Assert.Equal([0, 232, 232, 232, 0], heights);
    }

    [Fact]
    public void Nothing_on_the_page_lies_elsewhere()
    {
        XElement page = Write(SmallDataset.Instances);

        Assert.All(page.Links(), link => Assert.StartsWith("data:", link, StringComparison.Ordinal));
        Assert.Empty(page.Descendants("script"));
    }

    [Fact]
    public void A_panoptic_page_tells_things_from_stuff_and_what_is_void()
    {
        SmallDataset.PanopticLabels().SavePng(Path.Combine(_folder, "a.png"));
        XElement page = Write(SmallDataset.Panoptic, new StatisticsOptions { PanopticFolder = _folder });

        Assert.Contains(page.OfClass("tile"), tile => tile.Value.StartsWith("Void10.0\u00a0%", StringComparison.Ordinal));
        IEnumerable<XElement> rows = page.Descendants("tbody").First().Elements("tr");
        Assert.Equal(["thing", "stuff"], rows.Select(row => row.Elements("td").ElementAt(3).Value));
    }

    [Fact]
    public void An_empty_data_set_has_a_page_too()
    {
        XElement page = Write("""{"images":[],"annotations":[],"categories":[]}""");
        Assert.Empty(page.OfClass("chart"));
    }

    private XElement Write(string json, StatisticsOptions? options = null)
    {
        string file = Path.Combine(_folder, "data.json");
        File.WriteAllText(file, json);
        string page = Path.Combine(_folder, "stats.html");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        DatasetStatistics.Load(file, options, cancellationToken: cancellation).WritePage(page, "a & <b>");
        return WrittenPage.Load(page);
    }
}
