using System.Text.Json;
using Panoptes.Inference;
using Panoptes.Inference.EmbedMask;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Tests;

public class ModelCommandTests
{
    private static readonly ModelCard s_card = new()
    {
        Classes = [new("Käfer", 7), new("leaf", 9)],
        MethodOptions = new EmbedMaskOptions(),
        Description = "A test",
        DataLicence = "CC0",
    };

    private static string WriteModel(TemporaryFolder folder, string? card)
    {
        string metadata = JsonSerializer.Serialize(card is null ? [] : new Dictionary<string, string> { [ModelCard.MetadataKey] = card });
        const string tensors = """
            "conv.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
            "norm.running_mean":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}
            """;
        string path = folder.Full("model.safetensors");
        File.WriteAllBytes(path, SafetensorsText.File("{\"__metadata__\":" + metadata + "," + tensors + "}", 32));
        return path;
    }

    [Fact]
    public async Task Info_tells_the_card_and_counts_the_weights()
    {
        using TemporaryFolder folder = new();
        string path = WriteModel(folder, s_card.ToJson());

        ToolResult result = await ToolRunner.RunAsync("model", "info", path);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Matches(@"parameters +6, and 2 values of buffers\n", result.Output);
        Assert.Matches(@"method +EmbedMask\n", result.Output);
        Assert.Matches(@"classes +2: Käfer, leaf\n", result.Output);
        Assert.Matches(@"data licence +CC0\n", result.Output);
    }

    [Theory]
    [InlineData("mushroms", "mushroms: file not found; did you mean the shipped model 'mushrooms'?")]
    [InlineData("zeppelin", "zeppelin: file not found, and no shipped model has this name; 'panoptes model list' names them")]
    [InlineData("models/mushroms", "models/mushroms: file not found.")]
    public async Task A_misspelt_name_is_told_with_the_nearest(string name, string problem)
    {
        using TemporaryFolder folder = new();
        string image = folder.Write("a.jpg");
        (await ToolRunner.RunAsync("predict", "--model", name, image, "--output", folder.Full("found"))).ShouldFailWith(2, problem);
        (await ToolRunner.RunAsync("export", "--model", name, "--output", folder.Full("a.onnx"))).ShouldFailWith(2, "file not found");
        Assert.False(Directory.Exists(folder.Full("found")));
    }

    [Fact]
    public async Task Trained_models_are_listed_and_described_by_their_names()
    {
        ToolResult list = await ToolRunner.RunAsync("model", "list", "--json");

        JsonElement[] models = [.. list.Json().GetProperty("models").EnumerateArray()];
        Assert.Contains("mushrooms", models.Select(model => model.GetProperty("name").GetString()));
        foreach (JsonElement model in models)
        {
            string name = model.GetProperty("name").GetString()!;
            ToolResult info = await ToolRunner.RunAsync("model", "info", name);
            Assert.Equal((0, ""), (info.Code, info.Error));
            Assert.Contains(model.GetProperty("description").GetString()!, info.Output, StringComparison.Ordinal);
            Assert.Matches(@"data licence +\w", info.Output);
            Assert.DoesNotMatch("data licence +not stated", info.Output);
        }
    }

    [Fact]
    public async Task A_packed_model_is_smaller_and_says_what_it_is()
    {
        using TemporaryFolder folder = new();
        string packed = folder.Full("packed.safetensors");

        ToolResult result = await ToolRunner.RunAsync(
            "model", "pack", ShippedModels.PathOf("mushrooms"), "--weights", "fp32", "--description", "Mine", "--data-licence", "CC0",
            "--output", packed, "--json");

        Assert.Equal(0, result.Code);
        Assert.Equal(new FileInfo(packed).Length, result.Json().GetProperty("bytes").GetInt64());
        Assert.True(new FileInfo(packed).Length > result.Json().GetProperty("bytes_before").GetInt64());
        ToolResult info = await ToolRunner.RunAsync("model", "info", packed);
        Assert.Matches(@"description +Mine\n", info.Output);
        Assert.Matches(@"data licence +CC0\n", info.Output);
        (await ToolRunner.RunAsync("model", "pack", folder.Write("none.safetensors", "x"), "--output", packed)).ShouldFailWith(2, "none.safetensors");
    }

    [Fact]
    public async Task A_folder_of_a_models_name_does_not_hide_it()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Full("nuclei"));
        Assert.Equal(0, (await ToolRunner.RunProcessAsync(["model", "info", "nuclei"], start => start.WorkingDirectory = folder.Path)).Code);
    }

    [Theory]
    [InlineData("nuclei")]
    [InlineData("mushrooms")]
    [InlineData("person")]
    public async Task A_trained_model_to_start_from_sets_what_its_network_expects(string name)
    {
        ToolResult shown = await ToolRunner.RunAsync("config", "show", "embedmask_finetune", $"model.weights={name}");

        Assert.Equal(0, shown.Code);
        Assert.Matches("channel_order: bgr", shown.Output);
        Assert.Contains("103.06", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_as_json_holds_the_whole_card()
    {
        using TemporaryFolder folder = new();
        string path = WriteModel(folder, s_card.ToJson());

        ToolResult result = await ToolRunner.RunAsync("model", "info", path, "--json");

        JsonElement json = result.Json();
        Assert.Equal(6, json.GetProperty("parameters").GetInt64());
        Assert.Equal(2, json.GetProperty("buffers").GetInt64());
        Assert.Equal(2, json.GetProperty("tensors").GetInt32());
        Assert.Equal(new FileInfo(path).Length, json.GetProperty("bytes").GetInt64());
        Assert.Equal(8, json.GetProperty("values_by_type").GetProperty("F32").GetInt64());
        Assert.Equal("Käfer", json.GetProperty("card").GetProperty("classes")[0].GetProperty("name").GetString());
        Assert.Contains("Käfer", result.Output, StringComparison.Ordinal); // Letters, not escapes.
    }

    [Fact]
    public async Task Info_takes_bare_weights_too()
    {
        using TemporaryFolder folder = new();

        ToolResult result = await ToolRunner.RunAsync("model", "info", WriteModel(folder, card: null));

        Assert.Equal(0, result.Code);
        Assert.Contains("bare weights", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_model_is_named()
    {
        ToolResult result = await ToolRunner.RunAsync("model", "info", "nowhere.safetensors", "--json");

        result.ShouldFailWith(2, "nowhere.safetensors", "file not found");
    }

    [Fact]
    public async Task A_model_that_is_cut_off_is_wrong_input()
    {
        using TemporaryFolder folder = new();
        string path = WriteModel(folder, s_card.ToJson());
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^5]);

        ToolResult result = await ToolRunner.RunAsync("model", "info", path);

        result.ShouldFailWith(2, path, "norm.running_mean");
    }

    [Fact]
    public async Task A_card_of_another_kind_is_wrong_input()
    {
        using TemporaryFolder folder = new();

        ToolResult result = await ToolRunner.RunAsync("model", "info", WriteModel(folder, """{"method":"embedmask"}"""));

        result.ShouldFailWith(2, "model.safetensors", "classes");
    }

    [Fact]
    public async Task List_names_every_configuration_with_a_description()
    {
        ToolResult result = await ToolRunner.RunAsync("model", "list", "--json");

        JsonElement[] configurations = [.. result.Json().GetProperty("configurations").EnumerateArray()];
        Assert.Contains("models/embedmask_r50_fpn_1x", configurations.Select(c => c.GetProperty("name").GetString()));
        Assert.Contains("demo/embedmask", configurations.Select(c => c.GetProperty("name").GetString()));
        Assert.All(configurations, c => Assert.NotEmpty(c.GetProperty("description").GetString()!));
        Assert.All(configurations, c => Assert.True(File.Exists(c.GetProperty("file").GetString())));
        Assert.DoesNotContain(configurations, c => c.GetProperty("name").GetString()!.StartsWith("base/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_has_groups_and_a_line_for_each()
    {
        ToolResult text = await ToolRunner.RunAsync("model", "list");
        ToolResult json = await ToolRunner.RunAsync("model", "list", "--json");

        string[] lines = text.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] groups = [.. lines.Where(line => !line.StartsWith(' ')).Select(line => line.Split(':')[0])];
        Assert.Equal(["trained", "models", "recipes", "demo", "papers"], groups);
        JsonElement[] configurations = [.. json.Json().GetProperty("configurations").EnumerateArray()];
        Assert.Equal(configurations.Length + json.Json().GetProperty("models").GetArrayLength(), lines.Length - groups.Length);
        Assert.All(configurations, c => Assert.StartsWith(
            c.GetProperty("group").GetString() + "/", c.GetProperty("name").GetString(), StringComparison.Ordinal));
        Assert.Contains("recipes/dsb2018", configurations.Select(c => c.GetProperty("name").GetString()));
    }
}
