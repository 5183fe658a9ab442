using System.Text.Json;
using Panoptes.Imaging;

namespace Panoptes.Cli.Tests;

public sealed class ScorePanopticCommandTests : IDisposable
{
    private const string GroundTruth = """
        {"images":[{"id":1,"file_name":"a.jpg","width":10,"height":10}],
         "categories":[{"id":3,"name":"cat","isthing":1},{"id":7,"name":"sky","isthing":0}],
         "annotations":[{"image_id":1,"file_name":"a.png","segments_info":[{"id":70000,"category_id":3,"area":20,"iscrowd":0},
                                                                            {"id":2,"category_id":7,"area":80,"iscrowd":0}]}]}
        """;

    private const string Predictions = """
        {"annotations":[{"image_id":1,"file_name":"a.png","segments_info":[{"id":5,"category_id":3},{"id":6,"category_id":7}]}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quality_counted_by_hand_is_listed()
    {
        // The cat has rows 0 and 1, and is predicted in rows 0 to 2; the sky has the rest.
        ToolResult result = await ScoreAsync(GroundTruth, Predictions, predictedRows: 3, "--json");

        Assert.Equal(0, result.Code);
        JsonElement json = result.Json();
        Assert.Equal(20.0 / 30, json.GetProperty("Things").GetProperty("pq").GetDouble(), 12);
        Assert.Equal(70.0 / 80, json.GetProperty("Stuff").GetProperty("sq").GetDouble(), 12);
        Assert.Equal(1, json.GetProperty("All").GetProperty("rq").GetDouble());
        Assert.Equal(2, json.GetProperty("All").GetProperty("n").GetInt32());
        Assert.Equal(((20.0 / 30) + (70.0 / 80)) / 2, json.GetProperty("miou").GetDouble(), 12);
        Assert.Equal("sky", json.GetProperty("per_class").GetProperty("7").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_report_and_a_comparison_are_written()
    {
        string page = _folder.Full("errors.html");
        ToolResult first = await ScoreAsync(GroundTruth, Predictions, 3, "--report", page, "--json");
        Assert.Equal(0, first.Code);
        Assert.Contains("Where to look", File.ReadAllText(page), StringComparison.Ordinal);
        JsonElement analysis = first.Json().GetProperty("analysis");
        Assert.Equal(10.0 / 30, analysis.GetProperty("costs").GetProperty("per_class").GetProperty("3").GetProperty("borders").GetDouble(), 12);
        Assert.Equal(1, analysis.GetProperty("worst")[0].GetProperty("image_id").GetInt32());

        string[] against = ["--against", _folder.Full("dt.json"), "--against-folder", _folder.Full("dt"), "--samples", "100"];
        ToolResult second = await ScoreAsync(GroundTruth, Predictions, 3, [.. against, "--json"]);
        JsonElement figure = second.Json().GetProperty("comparison").GetProperty("figures")[0];
        Assert.Equal(("PQ", 0.0), (figure.GetProperty("name").GetString(), figure.GetProperty("difference").GetDouble()));
        (await ScoreAsync(GroundTruth, Predictions, 3, against[..2])).ShouldFailWith(2, "--against-folder");
    }

    [Fact]
    public async Task Text_is_for_people()
    {
        ToolResult result = await ScoreAsync(GroundTruth, Predictions, 2, "--per-class");
        Assert.Matches(@"\nall +1\.000 +1\.000 +1\.000 +2\n", result.Output);
        Assert.Matches(@"\ncat +1\.000 +1\.000 +1\.000 +1\.000 +1 +0 +0\n", result.Output);
    }

    [Fact]
    public async Task An_area_that_is_not_the_pixels_is_reported_and_not_believed()
    {
        ToolResult result = await ScoreAsync(GroundTruth.Replace("\"area\":20", "\"area\":1", StringComparison.Ordinal), Predictions, 2, "--json");
        Assert.Contains("1 segments of the ground truth have an area that is not the number of their pixels", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Json().GetProperty("All").GetProperty("pq").GetDouble());
    }

    [Theory]
    [InlineData("{\"id\":5,\"category_id\":3},", "", "image 1: the prediction's PNG has the label 5")]
    [InlineData("{\"id\":5,\"category_id\":3},", "{\"id\":5,\"category_id\":3},{\"id\":9,\"category_id\":3},", "no pixel of its PNG has that label")]
    [InlineData("\"category_id\":7", "\"category_id\":8", "segment 6 has the category_id 8, which is not a class of the dataset")]
    [InlineData("\"image_id\":1", "\"image_id\":2", "has no prediction for image 1")]
    [InlineData("a.png", "b.png", "b.png")]
    public async Task What_does_not_belong_together_is_one_clear_error(string replace, string with, string message)
    {
        ToolResult result = await ScoreAsync(GroundTruth, Predictions.Replace(replace, with, StringComparison.Ordinal), 2);
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private Task<ToolResult> ScoreAsync(string groundTruth, string predictions, int predictedRows, params string[] options)
    {
        return ToolRunner.RunAsync(
        [
            "score", "panoptic",
            "--gt", _folder.Write("gt.json", groundTruth), "--gt-folder", Draw("gt", 2, 70000, 2),
            "--dt", _folder.Write("dt.json", predictions), "--dt-folder", Draw("dt", predictedRows, 5, 6),
            .. options,
        ]);

        string Draw(string name, int rows, int above, int below)
        {
            string folder = Path.GetDirectoryName(_folder.Write($"{name}/place", ""))!;
            LabelMap map = new(10, 10);
            for (int y = 0; y < 10; y++)
            {
                map.Row(y).Fill(y < rows ? above : below);
            }

            map.SavePng(Path.Combine(folder, "a.png"));
            return folder;
        }
    }
}
