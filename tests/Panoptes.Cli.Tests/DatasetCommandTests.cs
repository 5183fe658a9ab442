using System.Text.Json;

namespace Panoptes.Cli.Tests;

public sealed class DatasetCommandTests : IDisposable
{
    // A box that goes beyond its image.
    private const string Damaged = """
        {"images":[{"id":3,"file_name":"a.jpg","width":10,"height":8}],"categories":[{"id":7,"name":"cat"}],
         "annotations":[{"id":5,"image_id":3,"category_id":7,"bbox":[1,1,50,4],"area":16,"iscrowd":0,"segmentation":[[1,1,5,1,5,5,1,5]]}]}
        """;

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
    public async Task Split_refuses_more_images_than_there_are()
    {
        ToolResult result = await SplitAsync("--parts", "train=30");
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains("has 4 images, but the parts ask for 30", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ends_with_1_where_there_are_errors_and_says_what_they_do()
    {
        ToolResult result = await ToolRunner.RunAsync("dataset", "check", "--annotations", _folder.Write("data.json", Damaged));

        Assert.Equal(1, result.Code);
        Assert.StartsWith("1 images, 1 objects, 1 classes", result.Output, StringComparison.Ordinal);
        Assert.Contains("error    boxes outside of their image: 1", result.Output, StringComparison.Ordinal);
        Assert.Contains("annotation 5: [1, 1, 50, 4] in 10x8", result.Output, StringComparison.Ordinal);
        Assert.Contains("AP is too low", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 error, 0 warnings.\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_with_fix_tells_what_changed_and_ends_with_the_code_of_the_copy()
    {
        string copy = _folder.Full("new/fixed.json");
        ToolResult result = await ToolRunner.RunAsync(
            "dataset", "check", "--annotations", _folder.Write("data.json", Damaged), "--fix", copy, "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonElement json = result.Json();
        Assert.Equal(("instances", 1, 1), (
            json.GetProperty("kind").GetString(), json.GetProperty("errors").GetInt32(), json.GetProperty("images").GetInt32()));
        JsonElement finding = Assert.Single(json.GetProperty("findings").EnumerateArray());
        Assert.Equal(("box_outside", "error", 1), (
            finding.GetProperty("problem").GetString(), finding.GetProperty("severity").GetString(), finding.GetProperty("count").GetInt32()));
        JsonElement repaired = json.GetProperty("fixed");
        Assert.Equal((copy, 1, 0), (
            repaired.GetProperty("path").GetString(),
            repaired.GetProperty("changes").GetProperty("boxes_corrected").GetInt32(),
            repaired.GetProperty("errors").GetInt32()));
        Assert.Equal(0, (await ToolRunner.RunAsync("dataset", "check", "--annotations", copy)).Code);
        Assert.Contains(
            "1 boxes corrected",
            (await ToolRunner.RunAsync("dataset", "check", "--annotations", _folder.Full("data.json"), "--fix", copy)).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_refuses_what_is_no_data_set_and_folders_that_are_not_there()
    {
        string file = _folder.Write("data.json", "[1]");
        string[] line = ["dataset", "check", "--annotations", file];
        (await ToolRunner.RunAsync(line)).ShouldFailWith(2, file, "holds a list");
        (await ToolRunner.RunAsync([.. line, "--images", "nowhere"])).ShouldFailWith(2, "--images", "nowhere");
        (await ToolRunner.RunAsync([.. line, "--fix", _folder.Path])).ShouldFailWith(2, "--fix", "is a folder");
        (await ToolRunner.RunAsync([.. line, "--fix", file])).ShouldFailWith(2, "is the dataset itself");
        (await ToolRunner.RunAsync([.. line, "--against-images", _folder.Path])).ShouldFailWith(2, "--against-images");
    }

    [Fact]
    public async Task Subset_lists_what_it_wrote()
    {
        string file = _folder.Write("data.json", Damaged);
        string[] line =
            ["dataset", "subset", "--annotations", file, "--output", _folder.Full("o.json"), "--classes", "cat", "--ids", "3", "--min-area", "2"];
        Assert.Equal($"{_folder.Full("o.json")}  1 images, 1 annotations, 1 classes\n", (await ToolRunner.RunAsync(line)).Output);
        Assert.Equal(1, (await ToolRunner.RunAsync([.. line, "--json"])).Json().GetProperty("annotations").GetInt32());
        (await ToolRunner.RunAsync([.. line, "--limit", "1"])).ShouldFailWith(2, "--limit and --ids");
        (await ToolRunner.RunAsync([.. line[..^4], "--ids", "a"])).ShouldFailWith(2, "has no image with the id that is asked for as a text");
        (await ToolRunner.RunAsync([.. line[..^4], "--limit", "0"])).ShouldFailWith(2, "--limit 0");
    }

    [Fact]
    public async Task Merge_takes_several_files_and_tells_what_was_renumbered()
    {
        string first = _folder.Write("a.json", Damaged);
        string second = _folder.Write("b.json", Damaged);
        string[] line = ["dataset", "merge", "--annotations", first, second, "--output", _folder.Full("o.json")];
        (await ToolRunner.RunAsync(line)).ShouldFailWith(2, "the image 'a.jpg' is in", "--prefix-folders", "--join-images");
        JsonElement json = (await ToolRunner.RunAsync([.. line, "--prefix-folders", "a,b", "--json"])).Json();
        Assert.Equal((2, 1), (json.GetProperty("images").GetInt32(), json.GetProperty("renumbered").GetProperty("annotations").GetInt32()));
        ToolResult joined = await ToolRunner.RunAsync([.. line, "--join-images"]);
        Assert.Contains("new ids: 0 images, 1 objects, 0 classes\njoined: 1 images\n", joined.Output, StringComparison.Ordinal);
        (await ToolRunner.RunAsync("dataset", "merge", "--annotations", first, "--output", _folder.Full("o.json"))).ShouldFailWith(2, "at least two");
    }

    [Fact]
    public async Task Remap_lists_the_classes_and_what_they_were()
    {
        string[] line = ["dataset", "remap", "--annotations", _folder.Write("data.json", Damaged), "--output", _folder.Full("o.json")];
        ToolResult result = await ToolRunner.RunAsync([.. line, "--classes", "cat=1:tiger"]);
        Assert.Equal((0, $"{_folder.Full("o.json")}  1 images, 1 annotations, 1 classes\n     1  tiger  from cat\n"), (result.Code, result.Output));
        JsonElement json = (await ToolRunner.RunAsync([.. line, "--contiguous", "--json"])).Json();
        Assert.Equal(1, Assert.Single(json.GetProperty("classes").EnumerateArray()).GetProperty("id").GetInt32());
        (await ToolRunner.RunAsync(line)).ShouldFailWith(2, "--classes, --contiguous or --clear-crowd");
        (await ToolRunner.RunAsync([.. line, "--classes", "cat"])).ShouldFailWith(2, "the rule 'cat'");
    }

    [Fact]
    public async Task Convert_detects_the_format_says_what_it_wrote_and_warns_of_what_is_lost()
    {
        ToolResult result = await ConvertAsync("--to", "yolo", "--output", _folder.Full("yolo"));

        Assert.Equal(0, result.Code);
        Assert.Contains($"{_folder.Full("yolo/data.yaml")}  1 images, 1 objects, 1 classes", result.Output, StringComparison.Ordinal);
        Assert.Contains("is where the images belong; --images puts them there", result.Output, StringComparison.Ordinal);
        Assert.Contains("warning: 1 crowd regions skipped", result.Error, StringComparison.Ordinal);
        Assert.Equal("0 0 0 1 0 1 0.5 0 0.5\n", File.ReadAllText(_folder.Full("yolo/labels/train/1.txt")));
    }

    [Fact]
    public async Task Convert_names_losses_in_JSON()
    {
        ToolResult result = await ConvertAsync("--to", "panoptic", "--output", _folder.Full("p.json"), "--json");

        JsonElement json = result.Json();
        Assert.Equal(("coco", "panoptic"), (json.GetProperty("from").GetString(), json.GetProperty("to").GetString()));
        Assert.Equal((1, 1), (json.GetProperty("images").GetInt32(), json.GetProperty("objects").GetInt32()));
        JsonElement covered = json.GetProperty("losses").EnumerateArray().Single(
            l => l.GetProperty("kind").GetString() == "covered_pixels");
        Assert.Equal(4, covered.GetProperty("count").GetInt64());
        Assert.Equal("annotation 2", covered.GetProperty("examples")[0].GetString());
        Assert.True(File.Exists(_folder.Full("p/1.png")));
    }

    [Theory]
    [InlineData("--to: the dataset is in the format coco already", "--to", "coco", "--output", "x.json")]
    [InlineData("the format 'yol' is unknown; it is one of coco, masks, yolo", "--to", "yol", "--output", "x")]
    [InlineData("--split: 'a/b' must be a plain name", "--to", "voc", "--output", "x", "--split", "a/b")]
    [InlineData("--classes: a dataset in the format coco has classes of its own", "--to", "voc", "--output", "x", "--classes", "a")]
    public async Task Convert_refuses_what_makes_no_sense(string message, params string[] options)
    {
        ToolResult result = await ConvertAsync(options);
        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_counts_what_it_read_and_what_it_wrote()
    {
        JsonElement json = (await ConvertAsync("--to", "yolo", "--output", _folder.Full("yolo"), "--json")).Json();
        Assert.Equal("""{"images":1,"objects":2,"classes":1}""", json.GetProperty("before").GetRawText());
        Assert.Equal((1, 1), (json.GetProperty("images").GetInt32(), json.GetProperty("objects").GetInt32()));
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
