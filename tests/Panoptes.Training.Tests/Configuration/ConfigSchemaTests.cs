using System.Text.Json;
using System.Text.Json.Nodes;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Tests.Configuration;

public class ConfigSchemaTests
{
    private static readonly JsonNode s_schema = JsonNode.Parse(ConfigSchema.ToJson())!;

    private static JsonObject Key(string dotted)
    {
        JsonNode node = s_schema;
        foreach (string part in dotted.Split('.')) node = node["properties"]![part]!;
        return node.AsObject();
    }

    [Fact]
    public void It_is_a_schema_of_the_2020_draft_that_refuses_unknown_keys()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string?)s_schema["$schema"]);
        Assert.False((bool)s_schema["additionalProperties"]!);
        Assert.False((bool)Key("model.embedmask.margin")["additionalProperties"]!);
    }

    [Theory]
    [InlineData("seed", """{"type":"integer","minimum":0,"default":0}""")]
    [InlineData("channels_last", """{"type":"boolean","default":true}""")]
    [InlineData("model.head.prior", """{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1,"default":0.01}""")]
    [InlineData("optimizer.clip_norm", """{"type":["number","null"],"exclusiveMinimum":0,"maximum":1000000,"default":null}""")]
    [InlineData("model.weights", """{"type":["string","null"],"default":null}""")]
    [InlineData("model.fcos.box_loss", """{"type":"string","enum":["giou","iou","linear_iou"],"default":"giou"}""")]
    [InlineData("model.embedmask.mask_scale_factor", """{"type":"integer","enum":[1,2,4,8],"default":2}""")]
    [InlineData("input.std", """
        {"type":"array","items":{"type":"number","exclusiveMinimum":0,"maximum":255},
        "minItems":3,"maxItems":3,"default":[58.395,57.12,57.375]}
        """)]
    [InlineData("input.short_side", """
        {"anyOf":[{"type":"integer","minimum":16,"maximum":8192},
        {"type":"array","items":{"type":"integer","minimum":16,"maximum":8192},"minItems":1}],"default":[800]}
        """)]
    public void Keys_have_their_type_range_and_default(string key, string expected)
    {
        JsonObject actual = Key(key);
        actual = actual.DeepClone().AsObject();
        actual.Remove("description");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString());
    }

    [Fact]
    public void Every_key_is_described_by_the_documentation_of_its_property()
    {
        List<string> undescribed = [];
        void Visit(JsonObject properties, string prefix)
        {
            foreach ((string name, JsonNode? node) in properties)
            {
                if (string.IsNullOrWhiteSpace((string?)node!["description"])) undescribed.Add(prefix + name);
                if (node["properties"] is JsonObject children) Visit(children, $"{prefix}{name}.");
            }
        }
        Visit(s_schema["properties"]!.AsObject(), "");
        Assert.Empty(undescribed);
        Assert.Equal("Weight lambda_1 of the mask loss.", (string?)Key("model.embedmask.mask_weight")["description"]);
        Assert.StartsWith("The way from a box to a mask.\nembedmask: EmbedMask: ", (string?)Key("model.method")["description"]);
    }

    [Fact]
    public void It_names_exactly_the_keys_that_are_written()
    {
        static IEnumerable<string> Names(JsonObject schema) => schema["properties"]!.AsObject()
            .SelectMany(p => p.Value!["properties"] is null ? [p.Key] : Names(p.Value.AsObject()).Select(n => $"{p.Key}.{n}"));
        static IEnumerable<string> Written(JsonObject json) => json
            .SelectMany(p => p.Value is JsonObject child ? Written(child).Select(n => $"{p.Key}.{n}") : [p.Key]);
        JsonObject config = JsonNode.Parse(ConfigWriter.ToJson(new PanoptesConfig()))!.AsObject();
        Assert.Equal(Written(config).Prepend("extends"), Names(s_schema.AsObject()));
    }
}
