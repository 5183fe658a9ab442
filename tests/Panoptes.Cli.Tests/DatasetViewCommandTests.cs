using System.Text.Json;
using Panoptes.Imaging;

namespace Panoptes.Cli.Tests;

public sealed class DatasetViewCommandTests : IDisposable
{
    private const string Instances = """
        {"images":[{"id":1,"file_name":"a.png","width":40,"height":40},{"id":2,"file_name":"b.png","width":40,"height":40}],
         "categories":[{"id":1,"name":"cat"},{"id":5,"name":"dog"}],
         "annotations":[
          {"id":1,"image_id":1,"category_id":1,"iscrowd":0,"area":100,"bbox":[0,0,10,10],"segmentation":[[0,0,10,0,10,10,0,10]]},
          {"id":2,"image_id":2,"category_id":5,"iscrowd":0,"area":100,"bbox":[0,0,10,10],"segmentation":[[0,0,10,0,10,10,0,10]]}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pages_are_written_and_named()
    {
        ToolResult result = await ViewAsync(["a.png", "b.png"], "--page-size", "1", "--json");

        Assert.Equal(0, result.Code);
        JsonElement json = result.Json();
        Assert.Equal((2, 2, 2), (Number("pages"), Number("images"), Number("annotations")));
        Assert.Equal(0, json.GetProperty("problems").GetArrayLength());
        Assert.Equal(_folder.Full("view/index.html"), json.GetProperty("page").GetString());
        Assert.True(File.Exists(_folder.Full("view/page2.html")) && File.Exists(_folder.Full("view/pictures/2.jpg")));
        Assert.Contains("draw 2/2 (100 %)", result.Error, StringComparison.Ordinal);

        int Number(string name) => json.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Classes_and_numbers_of_images_are_obeyed()
    {
        ToolResult dogs = await ViewAsync(["a.png", "b.png"], "--classes", "dog");
        Assert.Equal((0, $"1 image, 1 annotation on 1 page\nopen  {_folder.Full("view/index.html")}\n"), (dogs.Code, dogs.Output));
        ToolResult first = await ViewAsync(["a.png", "b.png"], "--limit", "1");
        Assert.StartsWith("1 image, 1 annotation ", first.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_image_is_a_warning_and_no_image_at_all_a_wrong_folder()
    {
        ToolResult one = await ViewAsync(["b.png"]);
        Assert.Equal(0, one.Code);
        Assert.Contains("warning: image 1: ", one.Error, StringComparison.Ordinal);
        File.Delete(_folder.Full("images/b.png"));
        Assert.Equal(2, (await ViewAsync([])).Code);
    }

    [Fact]
    public async Task What_is_wrong_is_one_line()
    {
        (await ViewAsync([], "--page-size", "0")).ShouldFailWith(2, "--page-size 0", "at least 1");
        (await ViewAsync([], "--limit", "0")).ShouldFailWith(2, "--limit 0", "at least 1");
        (await ViewAsync([], "--score", "2")).ShouldFailWith(2, "--score 2", "0..1");
        (await ViewAsync([], "--classes", "dgo")).ShouldFailWith(2, "has no class 'dgo'", "cat, dog");
        (await ViewAsync([], "--predictions", _folder.Full("none.json"))).ShouldFailWith(2, "none.json", "file not found");
        string strange = _folder.Write("strange.json", """[{"image_id":1,"category_id":9,"score":0.5,"bbox":[0,0,1,1]}]""");
        (await ViewAsync([], "--predictions", strange)).ShouldFailWith(2, "strange.json: [0]: category_id is 9", "only 1, 5");
    }

    [Fact]
    public async Task An_image_above_the_limit_is_not_drawn()
    {
        ToolResult result = await ViewAsync(["a.png", "b.png"], "--max-pixels", "1599");
        Assert.Equal(2, result.Code);
        Assert.Contains("40x40, above the limit of 1599", result.Error, StringComparison.Ordinal);
        Assert.Contains("--max-pixels", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await ViewAsync(["a.png", "b.png"], "--max-pixels", "1600", "--max-side", "40")).Code);
    }

    private Task<ToolResult> ViewAsync(string[] names, params string[] options)
    {
        string images = Directory.CreateDirectory(_folder.Full("images")).FullName;
        foreach (string image in names) new Image(40, 40).SavePng(Path.Combine(images, image));
        return ToolRunner.RunAsync(
        [
            "dataset", "view", "--annotations", _folder.Write("instances.json", Instances), "--images", images,
            "--output", _folder.Full("view"),
            .. options,
        ]);
    }
}
