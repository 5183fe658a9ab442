using System.Text.Json;

namespace Panoptes.Cli.Tests;

public sealed class DatasetCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Split_writes_the_parts_and_lists_them()
    {
        ToolResult result = await SplitAsync("--parts", "train=3,val=1", "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonElement[] files = [.. result.Json().GetProperty("files").EnumerateArray()];
        Assert.Equal([3, 1], files.Select(f => f.GetProperty("images").GetInt32()));
        foreach (JsonElement file in files)
        {
            using JsonDocument part = JsonDocument.Parse(File.ReadAllText(file.GetProperty("path").GetString()!));
            Assert.Equal(file.GetProperty("annotations").GetInt32(), part.RootElement.GetProperty("annotations").GetArrayLength());
        }
    }

    [Fact]
    public async Task Split_refuses_more_pictures_than_there_are()
    {
        ToolResult result = await SplitAsync("--parts", "train=30");
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains("has 4 pictures, but the parts ask for 30", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_detects_the_format_says_what_it_wrote_and_warns_of_what_is_lost()
    {
        ToolResult result = await ConvertAsync("--to", "yolo", "--output", _folder.Full("yolo"));

        Assert.Equal(0, result.Code);
        Assert.Contains($"{_folder.Full("yolo/data.yaml")}  1 pictures, 1 objects, 1 classes", result.Output, StringComparison.Ordinal);
        Assert.Contains("is where the pictures belong; --images puts them there", result.Output, StringComparison.Ordinal);
        Assert.Contains("warning: 1 crowd regions left out", result.Error, StringComparison.Ordinal);
        Assert.Equal("0 0 0 1 0 1 0.5 0 0.5\n", File.ReadAllText(_folder.Full("yolo/labels/train/1.txt")));
    }

    [Fact]
    public async Task Convert_names_losses_in_JSON()
    {
        ToolResult result = await ConvertAsync("--to", "panoptic", "--output", _folder.Full("p.json"), "--json");

        JsonElement json = result.Json();
        Assert.Equal(("coco", "panoptic"), (json.GetProperty("from").GetString(), json.GetProperty("to").GetString()));
        Assert.Equal((1, 1), (json.GetProperty("pictures").GetInt32(), json.GetProperty("objects").GetInt32()));
        JsonElement covered = json.GetProperty("losses").EnumerateArray().Single(
            l => l.GetProperty("kind").GetString() == "covered_pixels");
        Assert.Equal(4, covered.GetProperty("count").GetInt64());
        Assert.Equal("annotation 2", covered.GetProperty("examples")[0].GetString());
        Assert.True(File.Exists(_folder.Full("p/1.png")));
    }

    [Theory]
    [InlineData("--to: the data set is in the format coco already", "--to", "coco", "--output", "x.json")]
    [InlineData("the format 'yol' is unknown; it is one of coco, masks, yolo", "--to", "yol", "--output", "x")]
    [InlineData("--split: 'a/b' must be a plain name", "--to", "voc", "--output", "x", "--split", "a/b")]
    [InlineData("--classes: a data set in the format coco has classes of its own", "--to", "voc", "--output", "x", "--classes", "a")]
    public async Task Convert_refuses_what_makes_no_sense(string message, params string[] options)
    {
        ToolResult result = await ConvertAsync(options);
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_asks_for_the_format_where_the_input_does_not_show_it()
    {
        ToolResult result = await ToolRunner.RunAsync("dataset", "convert", "--input", _folder.Path, "--to", "coco", "--output", "x.json");
        Assert.Equal(2, result.Code);
        Assert.Contains("does not show its format; name it: coco, masks", result.Error, StringComparison.Ordinal);
        result = await ToolRunner.RunAsync("dataset", "convert", "--input", _folder.Full("none"), "--to", "coco", "--output", "x.json");
        Assert.Contains("--input: there is no file or folder", result.Error, StringComparison.Ordinal);
    }

    // A square, and a crowd behind it that has no other pixels.
    private Task<ToolResult> ConvertAsync(params string[] options)
    {
        string file = _folder.Write("all.json", """
            {"images":[{"id":1,"file_name":"1.png","width":2,"height":4}],"categories":[{"id":1,"name":"x"}],
             "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[0,0,2,2],"area":4,"iscrowd":0,"segmentation":[[0,0,2,0,2,2,0,2]]},
                            {"id":2,"image_id":1,"category_id":1,"bbox":[0,0,2,2],"area":4,"iscrowd":1,
                             "segmentation":{"size":[4,2],"counts":[0,2,2,2,2]}}]}
            """);
        return ToolRunner.RunAsync(["dataset", "convert", "--input", file, .. options]);
    }

    private Task<ToolResult> SplitAsync(params string[] options)
    {
        const string all = """
            {"images":[{"id":1},{"id":2},{"id":3},{"id":4}],"categories":[],
             "annotations":[{"id":1,"image_id":1},{"id":2,"image_id":3},{"id":3,"image_id":3}]}
            """;
        string file = _folder.Write("all.json", all);
        return ToolRunner.RunAsync(
            ["dataset", "split", "--annotations", file, "--output", Path.Combine(Path.GetDirectoryName(file)!, "parts"), .. options]);
    }
}
