using System.Text.Json.Nodes;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class EvalShardTests(TinyProject tiny, PanopticProject project) : IClassFixture<PanopticProject>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string[] Arguments(string output, params string[] more) => ArgumentsOf(project.Model, output, more);

    private string[] ArgumentsOf(string model, string output, params string[] more) =>
    [
        "eval", "--model", model, "--images", project.Data.Val.Images, "--annotations", project.Data.Val.Annotations,
        "--panoptic", project.Data.Val.Panoptic, "--panoptic-folder", project.Data.Val.PanopticFolder, "--output", output, .. more,
    ];

    private static async Task RunAsync(string[] arguments)
    {
        ToolResult result = await ToolRunner.RunAsync(arguments);
        Assert.Equal((0, ""), (result.Code, result.Code == 0 ? "" : result.Error));
    }

    private async Task<string> MakeShardsAsync(int count, params string[] more)
    {
        string output = project.NewPath("shards");
        for (int shard = 1; shard <= count; shard++) await RunAsync(Arguments(output, [.. more, "--shard", $"{shard}/{count}"]));
        return output;
    }

    private static Task<ToolResult> MergeAsync(string output, params string[] more) => ToolRunner.RunAsync(["eval", "merge", output, .. more]);

    /// <summary>An evaluation's JSON without the times, which are never the same.</summary>
    private static string Figures(string json)
    {
        JsonNode node = JsonNode.Parse(json)!;
        foreach (JsonObject part in ((JsonObject?[])[node as JsonObject, node["bbox"] as JsonObject, node["segm"] as JsonObject, node["panoptic"] as JsonObject]).OfType<JsonObject>())
            Assert.True(part.Remove("seconds"));
        return node.ToJsonString();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4, "--limit", "2")] // some shards have no image
    [InlineData(3, "--oracle", "boxes")]
    public async Task Shards_merged_are_one_evaluation(int count, params string[] more)
    {
        string expected = project.NewPath("whole");
        ToolResult whole = await ToolRunner.RunAsync(Arguments(expected, [.. more, "--json"]));
        Assert.Equal("", whole.Code == 0 ? "" : whole.Error);
        string output = await MakeShardsAsync(count, more);

        ToolResult merged = await MergeAsync(output, "--json");

        Assert.Equal("", merged.Code == 0 ? "" : merged.Error);
        Assert.Equal(Figures(whole.Output), Figures(merged.Output));
        FolderContent.AssertSame(expected, output, "metrics.json");
        Assert.Equal(merged.Output, await File.ReadAllTextAsync(Path.Combine(output, "metrics.json"), Cancellation));
        Assert.Contains("panoptic/000001.png", FolderContent.Names(output));
        (await MergeAsync(output)).ShouldFailWith(2, "has no shards to merge");
    }

    [Fact]
    public async Task A_model_of_objects_has_no_segments_to_merge()
    {
        (string expected, string output) = (project.NewPath("whole"), project.NewPath("shards"));
        await RunAsync(ArgumentsOf(tiny.Model, expected)); // both projects drew the same scenes
        foreach (string shard in (string[])["1/2", "2/2"]) await RunAsync(ArgumentsOf(tiny.Model, output, "--shard", shard));

        Assert.Equal(0, (await MergeAsync(output)).Code);

        FolderContent.AssertSame(expected, output, "metrics.json");
        Assert.DoesNotContain("panoptic.json", FolderContent.Names(output));
    }

    [Fact]
    public async Task Parts_that_are_missing_foreign_or_damaged_are_refused()
    {
        string output = await MakeShardsAsync(2);
        string first = Path.Combine(output, ".panoptes-eval", "001-of-002.jsonl");
        string second = Path.Combine(output, ".panoptes-eval", "002-of-002.jsonl");
        byte[] part = await File.ReadAllBytesAsync(second, Cancellation);

        File.Delete(second);
        (await MergeAsync(output)).ShouldFailWith(2, "shard 2/2 is not done", "panoptes eval", "--shard 2/2");
        File.Copy(first, second);
        (await MergeAsync(output)).ShouldFailWith(2, second, "not a part (version 1) of shard 2/2");
        await File.WriteAllBytesAsync(second, part[..^9], Cancellation);
        (await MergeAsync(output)).ShouldFailWith(2, second, "has no end");
        byte[] changed = [.. part];
        changed[Array.LastIndexOf(changed, (byte)'\n', changed.Length - 2) - 20] ^= 1;
        await File.WriteAllBytesAsync(second, changed, Cancellation);
        (await MergeAsync(output)).ShouldFailWith(2, second, "Start the shard again");
        await File.WriteAllTextAsync(second, "\0\uffff\n{\"a\":1}\n", Cancellation);
        (await MergeAsync(output)).ShouldFailWith(2, second, "not a part (version 1)");

        await RunAsync(Arguments(output, "--shard", "2/2", "--limit", "2"));
        (await MergeAsync(output)).ShouldFailWith(2, second, "another --limit than shard 1/2 (2; shard 1/2 has none)");
        await File.WriteAllBytesAsync(second, part, Cancellation);
        string annotations = project.Data.Val.Annotations;
        string text = await File.ReadAllTextAsync(annotations, Cancellation);
        await File.WriteAllTextAsync(annotations, text + " ", Cancellation);
        (await MergeAsync(output)).ShouldFailWith(2, annotations, "has changed since", first);
        await File.WriteAllTextAsync(annotations, text, Cancellation);
        Assert.Equal(0, (await MergeAsync(output)).Code);
    }

    [Fact]
    public async Task A_shard_needs_a_folder_and_a_number()
    {
        (await ToolRunner.RunAsync(Arguments("x")[..^2].Append("--shard").Append("1/2").ToArray())).ShouldFailWith(2, "--shard", "needs --output DIR");
        (await ToolRunner.RunAsync(Arguments("x", "--shard", "3/2"))).ShouldFailWith(2, "--shard 3/2", "allowed are I/N");
    }
}
