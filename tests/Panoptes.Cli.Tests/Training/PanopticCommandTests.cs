using System.Text.Json;
using System.Text.Json.Nodes;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Cli.Tests.Training;

/// <summary>train, eval, predict and score on panoptic data.</summary>
[Collection(nameof(TrainingCollection))]
public sealed class PanopticCommandTests(PanopticProject project) : IClassFixture<PanopticProject>
{
    private string[] GroundTruth => ["--panoptic", project.Data.Val.Panoptic, "--panoptic-folder", project.Data.Val.PanopticFolder];

    private Task<ToolResult> EvalAsync(params string[] more) =>
        ToolRunner.RunAsync(["eval", "--model", project.Model, "--images", project.Data.Val.Images, .. more]);

    [Fact]
    public async Task Training_evaluating_and_scoring_what_is_written_agree()
    {
        string folder = project.NewPath("eval");
        ToolResult result = await EvalAsync([.. GroundTruth, "--annotations", project.Data.Val.Annotations, "--output", folder, "--json"]);

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        JsonElement json = result.Json();
        Assert.Equal(["bbox", "segm", "panoptic", "images", "seconds"], json.EnumerateObject().Select(p => p.Name));
        JsonElement panoptic = json.GetProperty("panoptic");
        Assert.Equal(
            ["All", "Things", "Stuff", "per_class", "miou", "images", "seconds"], panoptic.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["pq", "sq", "rq", "n"], panoptic.GetProperty("All").EnumerateObject().Select(p => p.Name));
        Assert.True(panoptic.GetProperty("All").GetProperty("pq").GetDouble() > 0, panoptic.GetProperty("All").ToString());
        Assert.Equal(12, panoptic.GetProperty("per_class").EnumerateObject().Count());

        ToolResult scored = await ToolRunner.RunAsync(
            "score", "panoptic", "--gt", project.Data.Val.Panoptic, "--gt-folder", project.Data.Val.PanopticFolder,
            "--dt", Path.Combine(folder, "panoptic.json"), "--dt-folder", Path.Combine(folder, "panoptic"), "--json");
        Assert.Equal(Figures(scored.Json()), Figures(panoptic));
        Assert.Equal(Figures(project.Trained.Json().GetProperty("panoptic")), Figures(panoptic));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(folder, "samples")).Length);

        // What the run logged is what it measured.
        string last = (await File.ReadAllLinesAsync(Path.Combine(project.Run, "metrics.jsonl"), TestContext.Current.CancellationToken))[^1];
        using JsonDocument logged = JsonDocument.Parse(last);
        Assert.Equal(
            panoptic.GetProperty("All").GetProperty("pq").GetDouble(), logged.RootElement.GetProperty("eval_panoptic_PQ").GetDouble(), 1e-6);
        Assert.Matches(@"(?m)^iteration 20: PQ 0\.\d{3}, SQ 0\.\d{3}, RQ 0\.\d{3}; segm AP ", project.Trained.Error);

        static string Figures(JsonElement json)
        {
            JsonObject figures = JsonNode.Parse(json.ToString())!.AsObject();
            figures.Remove("seconds");
            return figures.ToJsonString();
        }
    }

    [Fact]
    public async Task The_report_shows_segments()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(project.Run, "report.html"), TestContext.Current.CancellationToken);
        Assert.All(
            new[] { "PQ of things", "Segments, class by class", "How CIAE works", "Panoptic quality", "segments found", "--panoptic FILE.json" },
            text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.DoesNotContain("How EmbedMask works", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_people_there_is_a_table_of_quality_first()
    {
        ToolResult result = await EvalAsync([.. GroundTruth, "--per-class", "--limit", "2"]);

        Assert.Equal(0, result.Code);
        Assert.Matches(@"^ +PQ +SQ +RQ  classes\nall +\d\.\d{3} ", result.Output);
        Assert.Matches(@"\nwater +", result.Output);
        Assert.Matches(@"\n +bbox +segm\nAP ", result.Output);
        Assert.Contains("\n2 images in", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_oracle_gives_true_boxes()
    {
        string folder = project.NewPath("oracle");
        ToolResult without = await EvalAsync([.. GroundTruth, "--json"]);
        ToolResult with = await EvalAsync([.. GroundTruth, "--oracle", "boxes", "--output", folder, "--json"]);

        Assert.Equal("", with.Code == 0 ? "" : with.Error);
        Assert.Equal(["bbox", "segm", "panoptic", "oracle", "images", "seconds"], with.Json().EnumerateObject().Select(p => p.Name));
        Assert.Equal("boxes", with.Json().GetProperty("oracle").GetString());
        Assert.True(Things(with) > Things(without), $"{Things(with)} {Things(without)}");
        Assert.Equal(3, Directory.GetFiles(Path.Combine(folder, "samples")).Length);
        Assert.All(
            PanopticDataset.Load(Path.Combine(folder, "panoptic.json")).Annotations,
            found => Assert.True(found.Segments.Count(s => s.CategoryId < 10) <= 3)); // scenes have no more things

        string text = (await EvalAsync([.. GroundTruth, "--oracle", "boxes"])).Output;
        Assert.Contains("\noracle: things had their true boxes", text, StringComparison.Ordinal);
        Assert.DoesNotContain("oracle", (await EvalAsync(GroundTruth)).Output, StringComparison.Ordinal);
        (await EvalAsync([.. GroundTruth, "--oracle", "masks"])).ShouldFailWith(2, "'masks'", "'boxes'");
        (await EvalAsync("--annotations", project.Data.Val.Annotations, "--oracle", "boxes"))
            .ShouldFailWith(2, "--oracle boxes needs --panoptic");

        static double Things(ToolResult result) =>
            result.Json().GetProperty("panoptic").GetProperty("Things").GetProperty("pq").GetDouble();
    }

    [Fact]
    public async Task Without_panoptic_annotations_there_is_AP_alone()
    {
        ToolResult result = await EvalAsync("--annotations", project.Data.Val.Annotations, "--json");

        Assert.Equal(0, result.Code);
        Assert.Equal(["bbox", "segm", "images", "seconds"], result.Json().EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Predicted_segments_are_those_that_are_measured()
    {
        string found = project.NewPath("found"), evaluated = project.NewPath("evaluated");
        ToolResult result = await ToolRunner.RunAsync(
            "predict", "--model", project.Model, project.Data.Val.Images, "--output", found, "--score", "0",
            "--save", "panoptic,overlay,coco", "--json");
        await EvalAsync([.. GroundTruth, "--output", evaluated]);

        Assert.Equal("", result.Code == 0 ? "" : result.Error);
        Assert.Equal(Path.Combine(found, "panoptic.json"), result.Json().GetProperty("panoptic").GetString());
        PanopticDataset predicted = PanopticDataset.Load(Path.Combine(found, "panoptic.json"));
        PanopticDataset measured = PanopticDataset.Load(Path.Combine(evaluated, "panoptic.json"));
        Assert.Equal([0L, 1, 2], predicted.Annotations.Select(a => a.ImageId)); // 000000.jpg is image 0
        Assert.Equal([1L, 2, 3], measured.Annotations.Select(a => a.ImageId));
        foreach ((PanopticAnnotation one, PanopticAnnotation other) in predicted.Annotations.Zip(measured.Annotations))
        {
            Assert.NotEmpty(one.Segments);
            Assert.Equal(other.Segments, one.Segments);
            LabelMap map = LabelMap.Load(Path.Combine(found, "panoptic", one.FileName));
            Assert.Equal(LabelMap.Load(Path.Combine(evaluated, "panoptic", other.FileName)).Labels.ToArray(), map.Labels.ToArray());
            ImageSize overlay = Image.ReadSize(Path.Combine(found, Path.GetFileNameWithoutExtension(one.FileName) + ".png"));
            Assert.Equal(map.Width, overlay.Width);
            Assert.True(overlay.Height > map.Height); // a legend stands below
        }
    }

    [Fact]
    public async Task Images_without_a_number_have_their_names_as_ids()
    {
        string images = Directory.CreateDirectory(project.NewPath("images")).FullName, found = project.NewPath("found");
        foreach (string name in new[] { "a", "1", "b", "3" })
        {
            File.Copy(Path.Combine(project.Data.Val.Images, "000000.jpg"), Path.Combine(images, name + ".jpg"));
        }

        await ToolRunner.RunAsync("predict", "--model", project.Model, images, "--output", found, "--save", "panoptic");

        PanopticDataset predicted = PanopticDataset.Load(Path.Combine(found, "panoptic.json"));
        Assert.Equal(
            [("1.png", null), ("3.png", null), ("a.png", "a"), ("b.png", "b")],
            predicted.Annotations.Select(a => (a.FileName, a.ImageIdText)).OrderBy(a => a.FileName, StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_missing_is_said()
    {
        (await EvalAsync("--panoptic", project.Data.Val.Panoptic)).ShouldFailWith(2, "--panoptic and --panoptic-folder belong together");
        (await EvalAsync("--panoptic", project.Data.Val.Panoptic, "--panoptic-folder", "no/where")).ShouldFailWith(2, "--panoptic-folder", "'no/where'");
        (await EvalAsync("--panoptic", project.Data.Val.Annotations, "--panoptic-folder", project.Data.Val.PanopticFolder))
            .ShouldFailWith(2, project.Data.Val.Annotations, "the key file_name is missing");
        (await ToolRunner.RunAsync(
            "train", project.Config, "--output", project.NewPath("run"), "data.train.panoptic=null", "data.train.panoptic_folder=null",
            $"data.train.annotations={project.Data.Train.Annotations}")).ShouldFailWith(2, "data.train.panoptic: not set", "panoptic network");
        string missing = Path.Combine(project.NewPath("pngs"), "000000.png");
        Directory.CreateDirectory(Path.GetDirectoryName(missing)!);
        (await ToolRunner.RunAsync(
            "train", project.Config, "--output", project.NewPath("run"), $"data.train.panoptic_folder={Path.GetDirectoryName(missing)}"))
            .ShouldFailWith(2, missing, "the PNG of labels does not exist, nor do 5 other PNGs of 6");
    }
}
