using System.Text.Json;

namespace Panoptes.Cli.Tests;

public class ConfigCommandTests
{
    [Fact]
    public async Task Show_prints_every_key_with_the_overrides_applied()
    {
        ToolResult result = await ToolRunner.RunAsync("config", "show", "models/embedmask_r50_fpn_1x", "schedule.iterations=7", "seed=3");

        Assert.Equal(0, result.Code);
        Assert.Contains("\nseed: 3\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("  iterations: 7\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("    type: resnet50\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_prints_the_same_as_json()
    {
        ToolResult result = await ToolRunner.RunAsync("config", "show", "embedmask_slim", "schedule.iterations=7", "--json");

        Assert.Equal(0, result.Code);
        Assert.Equal(7, result.Json().GetProperty("schedule").GetProperty("iterations").GetInt32());
        Assert.Equal("embedmask", result.Json().GetProperty("model").GetProperty("method").GetString());
    }

    [Fact]
    public async Task What_show_prints_is_itself_a_configuration()
    {
        using TemporaryFolder folder = new();
        ToolResult first = await ToolRunner.RunAsync("config", "show", "embedmask_slim");

        ToolResult second = await ToolRunner.RunAsync("config", "show", folder.Write("again.yaml", first.Output));

        Assert.Equal(first.Output, second.Output);
    }

    [Theory]
    [InlineData("embedmask_r50_fpn_1x")]
    [InlineData("models/embedmask_r50_fpn_1x")]
    [InlineData("models/embedmask_r50_fpn_1x.yaml")]
    [InlineData("configs/models/embedmask_r50_fpn_1x.yaml")]
    public async Task A_shipped_configuration_goes_by_several_names(string name)
    {
        ToolResult result = await ToolRunner.RunAsync("config", "show", name);

        Assert.Equal((0, ""), (result.Code, result.Error));
    }

    [Theory]
    [InlineData("embedmask_slm", "neither a file nor a shipped configuration", "did you mean 'embedmask_slim'?")]
    [InlineData("missing.yaml", "missing.yaml", "does not exist")]
    public async Task An_unknown_configuration_is_wrong_input(string name, string problem, string hint)
    {
        ToolResult result = await ToolRunner.RunAsync("config", "show", name);

        result.ShouldFailWith(2, problem, hint);
    }

    [Theory]
    [InlineData("schedule.iteration=4", "schedule.iteration", "did you mean 'schedule.iterations'?")]
    [InlineData("model.weights=persn", "persn: file not found", "did you mean 'person'")]
    [InlineData("model.weights=imagnet", "imagnet: file not found", "did you mean 'imagenet'")]
    [InlineData("schedule.iterations=-1", "schedule.iterations", "-1")]
    [InlineData("schedule.iterations=many", "schedule.iterations", "many")]
    public async Task A_wrong_key_or_value_is_named(string setting, string key, string hint)
    {
        ToolResult result = await ToolRunner.RunAsync("config", "show", "embedmask_slim", setting);

        result.ShouldFailWith(2, key, hint);
    }

    [Fact]
    public async Task The_schema_documents_every_key_that_show_prints()
    {
        ToolResult schema = await ToolRunner.RunAsync("config", "schema");
        ToolResult shown = await ToolRunner.RunAsync("config", "show", "embedmask_slim", "--json");

        Assert.Equal(0, schema.Code);
        AssertDescribed(shown.Json(), schema.Json());

        static void AssertDescribed(JsonElement value, JsonElement described)
        {
            foreach (JsonProperty property in value.EnumerateObject())
            {
                JsonElement key = described.GetProperty("properties").GetProperty(property.Name);
                Assert.NotEmpty(key.GetProperty("description").GetString()!);
                if (property.Value.ValueKind == JsonValueKind.Object) AssertDescribed(property.Value, key);
            }
        }
    }

    [Fact]
    public async Task The_documentation_holds_the_tables_that_schema_prints()
    {
        string page = await File.ReadAllTextAsync(Repository.Require("docs/configuration.md"), TestContext.Current.CancellationToken);

        ToolResult tables = await ToolRunner.RunAsync("config", "schema", "--markdown");

        Assert.EndsWith("\n" + tables.Output, page, StringComparison.Ordinal);
    }
}
