using System.Text.Json.Nodes;
using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.EmbedMask;
using Panoptes.Inference.Panoptic;

namespace Panoptes.Tests.Inference;

public class ModelCardTests
{
    private static readonly ModelCard s_card = new()
    {
        Classes = [new ModelClass("person", 1), new ModelClass("sky", 187, IsThing: false)],
        MethodOptions = new EmbedMaskOptions { EmbeddingDim = 16, MarginDim = 16, Crop = CropRule.TruncatedBox, MaskThreshold = 0.53 },
        Preprocessing = new PreprocessingOptions
        {
            ChannelOrder = ChannelOrder.Bgr,
            Mean = [102.9801f, 115.9465f, 122.7717f],
            Std = [1, 1, 1],
        },
        Network = """{"backbone":{"arch":"resnet50"}}""",
        DataLicence = "CC BY 4.0",
        Description = "a \"test\"",
    };

    [Fact]
    public void A_card_survives_the_way_through_json()
    {
        ModelCard read = ModelCard.Parse(s_card.ToJson());

        Assert.Equal(s_card.ToJson(), read.ToJson());
        Assert.Equal(s_card.MethodOptions, read.MethodOptions);
        Assert.Equal(s_card.Classes, read.Classes);
        Assert.Equal(s_card.Preprocessing.Mean, read.Preprocessing.Mean);
        Assert.Equal(s_card.Network, read.Network);
    }

    [Fact]
    public void Keys_and_values_are_written_in_snake_case()
    {
        JsonNode json = JsonNode.Parse(s_card.ToJson())!;

        Assert.Equal("embedmask", (string?)json["method"]);
        Assert.Equal(187, (int?)json["classes"]![1]!["category_id"]);
        Assert.False((bool?)json["classes"]![1]!["is_thing"]);
        Assert.Equal("bgr", (string?)json["preprocessing"]!["channel_order"]);
        Assert.Equal(0.6, (double?)json["detection"]!["nms_iou"]);
        Assert.Equal("truncated_box", (string?)json["embed_mask"]!["crop"]);
        Assert.Equal("half_stride", (string?)json["detection"]!["locations"]);
        Assert.Equal(ModelCard.LibraryVersion, (string?)json["panoptes_version"]);
    }

    [Fact]
    public void Values_that_are_not_stated_take_their_defaults()
    {
        ModelCard card = ModelCard.Parse("""{"method":"embedmask","classes":[{"name":"cell","category_id":1}],"embed_mask":{}}""");

        Assert.True(card.Classes[0].IsThing);
        Assert.Equal(800, card.Preprocessing.ShortSide);
        Assert.Equal([8, 16, 32, 64, 128], card.Detection.Strides);
        Assert.Equal(new EmbedMaskOptions(), card.MethodOptions);
    }

    [Fact]
    public void A_panoptic_card_survives_the_way_through_json()
    {
        ModelCard card = new()
        {
            Classes = [new ModelClass("person", 1)],
            StuffClasses = [new ModelClass("sky", 187, IsThing: false), new ModelClass("grass", 193, IsThing: false)],
            MethodOptions = new CiaeOptions { CategorySource = CategorySource.Embedding, InstanceThreshold = 0.3, MinThingArea = 9 },
            PanopticMerge = new PanopticMergeOptions { OverlapThreshold = 0.4 },
        };

        ModelCard read = ModelCard.Parse(card.ToJson());

        Assert.Equal(card.ToJson(), read.ToJson());
        Assert.Equal((card.MethodOptions, card.PanopticMerge), (read.MethodOptions, read.PanopticMerge));
        Assert.Equal(card.StuffClasses, read.StuffClasses);
        Assert.Equal("embedding", (string?)JsonNode.Parse(card.ToJson())!["ciae"]!["category_source"]);
    }

    [Theory]
    [InlineData("not json", "invalid")]
    [InlineData("null", "null")]
    [InlineData("{}", "method")]
    [InlineData("""{"method":"yolo","classes":[{"name":"a","category_id":1}]}""", "'method' is \"yolo\"")]
    [InlineData("""{"method":7,"classes":[{"name":"a","category_id":1}]}""", "'method' is 7")]
    [InlineData("""{"method":"embedmask","classes":[{"name":"a","category_id":1}],"embed_mask":{},"colour":1}""", "colour")]
    [InlineData("""{"method":"embedmask","classes":[],"embed_mask":{}}""", "'classes'")]
    [InlineData("""{"method":"embedmask","classes":[{"name":"a","category_id":1}]}""", "'embed_mask'")]
    [InlineData("""{"method":"embedmask","classes":[{"name":"a","category_id":1}],"embed_mask":{"mask_threshold":1.5}}""", "mask_threshold")]
    [InlineData("""{"method":"embedmask","classes":[{"name":"a","category_id":1}],"embed_mask":{"margin_dim":3}}""", "margin_dim")]
    [InlineData("""{"method":"embedmask","classes":[{"name":"a","category_id":1}],"embed_mask":{},"preprocessing":{"std":[1,0,1]}}""", "preprocessing.std")]
    [InlineData("""{"method":"embedmask","classes":[{"name":"a","category_id":1}],"embed_mask":{},"preprocessing":null}""", "preprocessing")]
    [InlineData("""{"method":"embedmask","classes":[{"name":"a","category_id":1}],"embed_mask":{},"detection":{"strides":[]}}""", "detection.strides")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}]}""", "'ciae' is missing")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}],"ciae":{"embedding_dim":0}}""", "ciae.embedding_dim")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}],"ciae":{"category_source":"both"}}""", "category_source")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}],"ciae":{"instance_threshold":1.5}}""", "ciae.instance_threshold")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}],"ciae":{"min_stuff_area":-1}}""", "ciae.min_stuff_area")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}],"ciae":{"min_thing_area":-1}}""", "ciae.min_thing_area")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}],"ciae":{},"panoptic_merge":{"instance_threshold":-0.1}}""", "panoptic_merge.instance_threshold")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}],"ciae":{},"panoptic_merge":{"overlap_threshold":2}}""", "panoptic_merge.overlap_threshold")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}],"ciae":{},"panoptic_merge":{"min_stuff_area":-5}}""", "panoptic_merge.min_stuff_area")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}],"ciae":{},"stuff_classes":[{"name":"sky","category_id":2}]}""", "is_thing true")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}],"ciae":{},"stuff_classes":[{"name":"sky","category_id":1,"is_thing":false}]}""", "category_id 1 another class has")]
    [InlineData("""{"method":"ciae","classes":[{"name":"a","category_id":1}],"ciae":{},"stuff_classes":[null]}""", "'stuff_classes'")]
    public void A_wrong_card_is_refused_with_the_name_of_the_key(string json, string expected)
    {
        InputException error = Assert.Throws<InputException>(() => ModelCard.Parse(json, "model.safetensors"));

        Assert.StartsWith("model.safetensors: ", error.Message);
        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_card_is_read_from_a_model_file_without_its_weights()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        JsonObject header = new() { ["__metadata__"] = new JsonObject { [ModelCard.MetadataKey] = s_card.ToJson() } };
        File.WriteAllBytes(path, SafetensorsHeaderTests.FileOf(header.ToJsonString(), 0));
        try
        {
            Assert.Equal(s_card.ToJson(), ModelCard.Load(path).ToJson());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_weight_file_without_a_card_is_refused_by_name()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        File.WriteAllBytes(path, SafetensorsHeaderTests.FileOf("{}", 0));
        try
        {
            InputException error = Assert.Throws<InputException>(() => ModelCard.Load(path));
            Assert.Contains(path, error.Message);
            Assert.Contains(ModelCard.MetadataKey, error.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
