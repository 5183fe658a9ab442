using System.Xml;
using System.Xml.Linq;
using Panoptes.Coco.Evaluation.Analysis;
using Panoptes.Coco.Evaluation.Comparison;
using Panoptes.Coco.Reports;
using Panoptes.Coco.Tests.Evaluation.Analysis;
using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Reports;

public sealed class InstancePageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-page").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_page_is_well_formed_and_says_what_fails_why_and_where()
    {
        SmallScene scene = new SmallScene("a<b", "dog").There(1, 0, 30).There(2, 50, 30).Finds(2, 0, 30, 0.9).Finds(2, 50, 30, 0.8).Finds(1, 90, 9, 0.7);
        XElement page = Write(scene, new PageOptions());

        Assert.Equal("AP", page.Descendants("div").First(div => (string?)div.Attribute("class") == "tile main").Element("p")!.Value);
        Assert.StartsWith("Wrong class costs 0.750 of AP50 (1 case)", page.Descendants("li").First().Value, StringComparison.Ordinal);
        Assert.Contains("a<b (0.000, wrong class)", page.Value, StringComparison.Ordinal);
        Assert.Contains("dog 0.90: it is a a<b (IoU 1.00)", page.Value, StringComparison.Ordinal);
        Assert.Contains("a<b 0.70: nothing there", page.Value, StringComparison.Ordinal);
        foreach (string target in page.Descendants("a").Select(a => (string)a.Attribute("href")!))
        {
            Assert.Single(page.Descendants(), element => "#" + (string?)element.Attribute("id") == target);
        }

        string[] charts = [.. page.Descendants("svg").Select(svg => (string?)svg.Attribute("aria-label")).OfType<string>()];
        Assert.Equal(
            ["AP50 lost by kind of error", "False alarms or missed objects?", "Confusion matrix", "By IoU", "By size", "a<b", "dog", "Precision by score", "Detections by score"],
            charts);
        Assert.DoesNotContain("NaN", page.Value, StringComparison.Ordinal);
        Assert.Empty(page.Descendants("img"));
    }

    [Fact]
    public void With_a_folder_of_images_the_worst_are_shown_and_missing_ones_told()
    {
        new Image(100, 100).SavePng(Path.Combine(_folder, "1.png"));
        SmallScene scene = new SmallScene("a") { Images = 2 }.There(1, 0, 30).Finds(1, 60, 30, 0.9).Finds(1, 60, 30, 0.8, image: 2);
        XElement page = Write(scene, new PageOptions { ImageFolder = _folder });

        Assert.Equal(2, page.Descendants("img").Count()); // the missed object and one of the false alarms
        Assert.All(page.Descendants("img"), image => Assert.StartsWith("data:image/jpeg;base64,", (string?)image.Attribute("src")));
        Assert.Single(page.Descendants("p"), p => p.Value == "The image cannot be read, or is not in the folder.");
    }

    [Fact]
    public void A_comparison_says_which_differences_are_more_than_chance()
    {
        SmallScene scene = new SmallScene("a").There(1, 0, 30).Finds(1, 0, 30, 0.9);
        ResultComparison comparison = ApComparison.Run(scene.GroundTruth(), scene.Found, [], null, new BootstrapOptions { Samples = 100 });
        XElement page = Write(scene, new PageOptions { Comparison = comparison, BaselineName = "before & after" });

        XElement section = page.Descendants("section").Single(s => (string?)s.Attribute("id") == "comparison");
        Assert.Contains("Compared with before & after", section.Value, StringComparison.Ordinal);
        Assert.Equal(["AP", "1.000", "0.000", "+1.000", "+1.000 to +1.000", "better"], section.Descendants("tr").ElementAt(1).Elements().Select(e => e.Value));
        Assert.Contains(section.Descendants("tr"), row => row.Elements().Last().Value == "may be chance"); // APl: no such object
    }

    [Fact]
    public void Without_anything_found_there_is_a_page_too()
    {
        XElement page = Write(new SmallScene("a", "b").There(1, 0, 30), new PageOptions());
        Assert.Contains("a missed", page.Value, StringComparison.Ordinal);
        Assert.Contains("No kind of error costs anything", Write(new SmallScene("a"), new PageOptions()).Value, StringComparison.Ordinal);
    }

    private XElement Write(SmallScene scene, PageOptions options)
    {
        string path = Path.Combine(_folder, "page.html");
        AnalysisReport.WritePage(path, InstanceAnalysis.Run(scene.GroundTruth(), scene.Found), options);
        using XmlReader reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }
}
