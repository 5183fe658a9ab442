using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Reports;
using Panoptes.Training.Tests.Configuration;
using Panoptes.Training.Tests.Engine;

namespace Panoptes.Training.Tests.Reports;

public sealed class RunReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_is_well_formed_and_shows_every_part_of_the_run()
    {
        XElement page = Write(Outcome(Evaluate()));

        string text = Text(page);
        XElement tile = page.Descendants("div").First(div => (string?)div.Attribute("class") == "tile main");
        Assert.Equal(["Mask AP", "0.500"], tile.Elements("p").Take(2).Select(p => p.Value));
        Assert.Equal(["Loss", "Losses by name", "Average precision", "Learning rate"], Charts(page));
        Assert.Contains(page.Descendants("li"), item => item.Value.StartsWith("mask ", StringComparison.Ordinal));
        Assert.Equal(["dog", "<b>&\"cat"], [.. page.Descendants("tr").Skip(1).Select(row => row.Element("th")!.Value)]);
        Assert.Contains("short_side: [320, 400]", text, StringComparison.Ordinal);
        Assert.Contains("panoptes predict --model", text, StringComparison.Ordinal);
        Assert.DoesNotContain("--resume", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_image_stands_with_its_ground_truth_its_prediction_and_its_embeddings()
    {
        XElement page = Write(Outcome(Evaluate()));

        XElement row = page.Descendants("div").First(div => (string?)div.Attribute("class") == "row");
        Assert.Equal(
            ["Image", "Ground truth", "Prediction", "Pixel embeddings"],
            [.. row.Descendants("figcaption").Select(caption => caption.Value)]);
        Assert.All(row.Descendants("img"), image => Assert.StartsWith("data:image/jpeg;base64,", (string?)image.Attribute("src")));
        Assert.Contains("2 of 4 objects found, 1 under a wrong name, 3 more that are not there", row.Value, StringComparison.Ordinal);
        Assert.Contains("How EmbedMask works", page.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_embeddings_has_no_column_for_them()
    {
        XElement page = Write(Outcome(Evaluate()), Example() with { Embedding = null });

        Assert.DoesNotContain("embeddings", Text(page), StringComparison.Ordinal);
        Assert.Equal(3, page.Descendants("img").Count());
    }

    [Fact]
    public void Nothing_on_the_page_lies_elsewhere()
    {
        XElement page = Write(Outcome(Evaluate()));

        string[] links = [.. page.DescendantsAndSelf().Attributes().Where(a => a.Name.LocalName is "src" or "href").Select(a => a.Value)];
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.StartsWith("data:", link, StringComparison.Ordinal));
        // Scripts are in the page, link to no other one and ask for nothing.
        Assert.Equal(["application/json", "module"], page.Descendants("script").Select(s => (string?)s.Attribute("type")));
        string script = page.Descendants("script").Last().Value;
        foreach (string call in new[] { "import ", "import(", "export ", "fetch(", "EventSource", "XMLHttpRequest" })
            Assert.DoesNotContain(call, script, StringComparison.Ordinal);
        string style = page.Descendants("style").Single().Value;
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
        // The name of SVG's elements is no address.
        string other = page.ToString().Replace("'http://www.w3.org/2000/svg'", "", StringComparison.Ordinal);
        Assert.DoesNotContain("://", other, StringComparison.Ordinal);
    }

    [Fact]
    public void The_figures_of_the_run_are_in_the_page_for_its_charts()
    {
        TrainingOutcome outcome = Outcome(Evaluate());
        foreach (int iteration in Enumerable.Range(1, 8))
        {
            foreach (string name in new[] { "</script>.png", "b.png", "c.png", "d.png", "e.png" })
                new Image(900, 30).SavePng(Path.Combine(outcome.Run.SamplesAt(iteration), name.Replace('/', '_')));
        }

        JsonElement run = Frozen(Parse(RunReport.Write(outcome, [])));
        JsonElement[] lines = [.. run.GetProperty("lines").EnumerateArray()];
        Assert.Equal([10, 20, 40], lines.Select(l => l.GetProperty("iteration").GetInt32()));
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("loss_total").ValueKind);
        Assert.True(lines[1].GetProperty("eval_segm_AP").GetDouble() > 0);

        JsonElement[] samples = [.. run.GetProperty("samples").EnumerateArray()];
        Assert.Equal([1, 2, 4, 5, 6, 8], samples.Select(s => s.GetProperty("iteration").GetInt32())); // some of them, the last one too
        JsonElement[] images = [.. samples[0].GetProperty("images").EnumerateArray()];
        Assert.Equal(["<_script>", "b", "c", "d"], images.Select(i => i.GetProperty("name").GetString()));
        Assert.All(images, i => Assert.StartsWith("data:image/jpeg;base64,", i.GetProperty("url").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_run_is_thinned_and_keeps_its_evaluations_and_its_end()
    {
        TrainingOutcome outcome = Outcome(Evaluate());
        using (RunMetrics metrics = outcome.Run.OpenMetrics(0))
        {
            foreach (int i in Enumerable.Range(1, 5000)) metrics.Write(i == 7 ? Metrics.Evaluated(i) : Metrics.At(i));
        }

        int[] iterations = [.. Frozen(Parse(RunReport.Write(outcome, []))).GetProperty("lines").EnumerateArray()
            .Select(l => l.GetProperty("iteration").GetInt32())];
        Assert.InRange(iterations.Length, 1000, 2001);
        Assert.Contains(7, iterations);
        Assert.Equal(5000, iterations[^1]);
    }

    [Fact]
    public void Light_and_dark_mode_have_the_same_colors_by_name()
    {
        string style = Write(Outcome(null)).Descendants("style").Single().Value;
        string[] blocks = style.Split(":root {");
        static string[] Names(string block) => [.. block[..block.IndexOf('}', StringComparison.Ordinal)]
            .Split(';').Select(declaration => declaration.Split(':')[0].Trim()).Where(name => name.StartsWith("--"))];

        Assert.Equal(3, blocks.Length);
        Assert.NotEmpty(Names(blocks[1]));
        Assert.Equal(Names(blocks[1]), Names(blocks[2]));
    }

    [Fact]
    public void Without_validation_data_the_loss_leads()
    {
        XElement page = Write(Outcome(null, validation: false, evaluated: false));

        Assert.Equal(["Loss", "Losses by name", "Learning rate"], Charts(page));
        Assert.DoesNotContain("Mask AP", Text(page), StringComparison.Ordinal);
        Assert.Contains("training set", page.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_run_says_so_and_how_to_go_on()
    {
        XElement page = Write(Outcome(null) with { Interrupted = true });

        Assert.Contains("Interrupted after 40 of 90,000 iterations", page.Value, StringComparison.Ordinal);
        Assert.Contains("--resume", page.Value, StringComparison.Ordinal);
        Assert.Contains("at iteration 20", page.Value, StringComparison.Ordinal);
        Assert.Empty(page.Descendants("table"));
    }

    [Fact]
    public void A_run_that_logged_nothing_has_a_page_too()
    {
        TrainingOutcome outcome = Outcome(null, validation: false, evaluated: false);
        File.Delete(outcome.Run.MetricsJsonlFile);
        File.Delete(outcome.Run.EnvironmentFile);
        RunReport.Write(outcome, []);

        XElement page = Parse(outcome.Run.ReportFile);
        Assert.Empty(Charts(page));
        Assert.Empty(page.Descendants("img"));
        Assert.Empty(page.Descendants("script"));
    }

    private static string[] Charts(XElement page) =>
        [.. page.Descendants("svg").Select(svg => (string?)svg.Attribute("aria-label")).OfType<string>()];

    /// <summary>What one reads: all but the scripts.</summary>
    private static string Text(XElement page)
    {
        XElement read = new(page);
        read.Descendants("script").Remove();
        return read.Value;
    }

    private static JsonElement Frozen(XElement page) =>
        JsonDocument.Parse(page.Descendants("script").Single(s => (string?)s.Attribute("id") == "run").Value).RootElement;

    private static XElement Write(TrainingOutcome outcome, ExampleImage? example = null) =>
        Parse(RunReport.Write(outcome, [example ?? Example()]));

    private static XElement Parse(string path)
    {
        using XmlReader reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }

    private static ExampleImage Example()
    {
        Image image = new(24, 16);
        return new ExampleImage("street", image, image, image, image, Objects: 4, Found: 2, Misnamed: 1, Surplus: 3);
    }

    private TrainingOutcome Outcome(EvaluationResult? evaluation, bool validation = true, bool evaluated = true)
    {
        RunFolder run = RunFolder.Create(Path.Combine(_folder.Path, "run"), new PanoptesConfig { Input = new() { ShortSide = [320, 400] } });
        run.WriteEnvironment(RunEnvironment.Capture("cpu", [], new Dictionary<string, string> { ["libtorch"] = "9.9" }));
        using (RunMetrics metrics = run.OpenMetrics(0))
        {
            metrics.Write(Metrics.At(10, loss: double.NaN));
            metrics.Write(evaluated ? Metrics.Evaluated(20) : Metrics.At(20));
            metrics.Write(Metrics.At(40));
        }

        TrainingData data = new(
            [new ImageRecord(1, "street.jpg", 24, 16, [])], [new("dog", 3)], [], validation ? new EvaluationData(GroundTruth(), "") : null, []);
        return new TrainingOutcome(run, iteration: 40, seconds: 75, interrupted: false, evaluation, data);
    }

    private static readonly BoxXywh s_box = new(2, 2, 10, 10);

    private static InstanceDataset GroundTruth() => InstanceDataset.Create(
        [new CocoImage(1, "street.jpg", 24, 16)],
        [new CocoCategory(3, "dog", "animal"), new CocoCategory(7, "<b>&\"cat", "animal")],
        [.. new[] { 3, 7 }.Select((category, i) =>
            new CocoAnnotation(i + 1, 1, category, s_box, 100, IsCrowd: false, CocoSegmentation.FromRle(Mask())))]);

    /// <summary>The dog is found exactly; the other is not.</summary>
    private static EvaluationResult Evaluate()
    {
        CocoDetection[] found = [new(1, 3, s_box, 0.9, Mask())];
        ApResult Score(IouType type) => new AveragePrecision(GroundTruth(), new ApOptions { IouType = type }).Evaluate(found);
        return new EvaluationResult(Score(IouType.Bbox), Score(IouType.Segm), 1, found, new EvaluationSeconds(0.1, 0.2, 0.3));
    }

    private static Rle Mask() => Rle.FromBox(s_box.ToBox(), 16, 24);
}
