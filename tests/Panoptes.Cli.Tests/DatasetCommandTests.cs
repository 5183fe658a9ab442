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

    private Task<ToolResult> SplitAsync(params string[] options)
    {
        const string all = """
            {"images":[{"id":1},{"id":2},{"id":3},{"id":4}],"categories":[],
             "annotations":[{"id":1,"image_id":1},{"id":2,"image_id":3},{"id":3,"image_id":3}]}
            """;
        string file = _folder.Write("all.json", all);
        return ToolRunner.RunAsync(["dataset", "split", "--annotations", file, "--output", Path.Combine(Path.GetDirectoryName(file)!, "parts"), .. options]);
    }
}
