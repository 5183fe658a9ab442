using System.Text.Json;
using System.Xml.Linq;

namespace Panoptes.Cli.Tests;

public sealed class DatasetStatsCommandTests : IDisposable
{
    private const string Instances = """
        {"images":[{"id":1,"file_name":"a.jpg","width":80,"height":80},{"id":2,"file_name":"b.jpg","width":80,"height":80}],
         "categories":[{"id":1,"name":"cat"},{"id":5,"name":"<dog>"}],
         "annotations":[
          {"id":1,"image_id":1,"category_id":1,"iscrowd":0,"area":100,"bbox":[0,0,10,10],"segmentation":[[0,0,10,0,10,10,0,10]]},
          {"id":2,"image_id":1,"category_id":5,"iscrowd":0,"area":1600,"bbox":[0,0,40,40],"segmentation":[[0,0,40,0,40,40,0,40]]},
          {"id":3,"image_id":1,"category_id":1,"iscrowd":0,"area":4,"bbox":[0,0,2,2],"segmentation":[[0,0,2]]}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_json_holds_every_figure()
    {
        ToolResult result = await StatsAsync("--json");

        Assert.Equal(0, result.Code);
        Assert.Contains("warning: 1 polygons", result.Error, StringComparison.Ordinal);
        JsonElement json = result.Json();
        Assert.Equal(
            (2, 1, 2, 0, 2, 1, 1),
            (Number("images"), Number("empty_images"), Number("objects"), Number("crowds"), Number("classes"), Number("small"),
                Number("medium")));
        JsonElement cat = json.GetProperty("per_class").GetProperty("1");
        Assert.Equal("cat", cat.GetProperty("name").GetString());
        Assert.Equal((0.5, 100.0), (cat.GetProperty("share").GetDouble(), cat.GetProperty("mean_area").GetDouble()));
        Assert.Equal([(0, 1), (1, 0), (2, 1)], Bins("objects_per_image"));
        Assert.Equal([(8, 1), (32, 1)], Bins("object_size").Where(bin => bin.Count > 0));
        Assert.Equal(2, json.GetProperty("masks").GetProperty("polygons").GetInt32());
        Assert.Equal([1, 5], json.GetProperty("pairs")[0].GetProperty("classes").EnumerateArray().Select(id => id.GetInt32()));
        JsonElement pyramid = json.GetProperty("pyramid");
        JsonElement[] levels = [.. pyramid.GetProperty("levels").EnumerateArray()];
        Assert.Equal([1, 0, 1, 0, 0], levels.Select(level => level.GetProperty("objects").GetInt32()));
        Assert.Equal(JsonValueKind.Null, levels[4].GetProperty("to").ValueKind);

        int Number(string name) => json.GetProperty(name).GetInt32();
        IEnumerable<(double From, int Count)> Bins(string name) => json.GetProperty(name).GetProperty("bins").EnumerateArray()
            .Select(bin => (bin.GetProperty("from").GetDouble(), bin.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task Text_is_for_people_and_the_page_for_a_browser()
    {
        string page = _folder.Full("stats.html");
        ToolResult result = await StatsAsync("--report", page, "--short-side", "160");

        Assert.Equal(0, result.Code);
        Assert.Matches(@"\nobjects +2  small 50.0 %, medium 50.0 %, large 0.0 %\n", result.Output);
        Assert.Matches(@"\n<dog> +1 +50.0 % +1 +0 +1,600 +1,600 +0 +1 +0\n", result.Output);
        Assert.Matches(@"\nP3 +0 to 64 +2 +100.0 %\n", result.Output);
        Assert.EndsWith($"report  {page}\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("<dog>", XElement.Parse(File.ReadAllText(page)).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_one_line_before_any_work()
    {
        (await StatsAsync("--report", Path.Combine(_folder.Write("file"), "stats.html"))).ShouldFailWith(2, "--report", "cannot be written");
        (await StatsAsync("--report", _folder.Path)).ShouldFailWith(2, "--report", "is a folder");
        (await StatsAsync("--short-side", "0")).ShouldFailWith(2, "--short-side 0", "at least 1");
        (await StatsAsync("--panoptic-folder", _folder.Full("none"))).ShouldFailWith(2, "--panoptic-folder", "does not exist");
        (await StatsAsync("--panoptic-folder", _folder.Path)).ShouldFailWith(2, "is not a panoptic dataset");
        ToolResult missing = await ToolRunner.RunAsync("dataset", "stats", "--annotations", _folder.Full("none.json"));
        missing.ShouldFailWith(2, "none.json", "file not found");
    }

    private Task<ToolResult> StatsAsync(params string[] options) =>
        ToolRunner.RunAsync(["dataset", "stats", "--annotations", _folder.Write("instances.json", Instances), .. options]);
}
