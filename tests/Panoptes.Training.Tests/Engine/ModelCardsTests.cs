using Panoptes.Inference;
using Panoptes.Inference.Ciae;
using Panoptes.Inference.EmbedMask;
using Panoptes.Inference.Panoptic;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

public class ModelCardsTests
{
    private static readonly ModelClass[] s_classes = [new("cat", 17), new("dog", 18)];

    [Fact]
    public void The_default_configuration_makes_a_card_of_the_defaults()
    {
        ModelCard card = ModelCards.Create(new PanoptesConfig(), s_classes);
        card.Validate();
        Assert.Equal(Method.EmbedMask, card.Method);
        Assert.Equal(new EmbedMaskOptions(), card.MethodOptions);
        Assert.Equal(new DetectionOptions().Strides, card.Detection.Strides);
        Assert.Equal(new DetectionOptions { Strides = card.Detection.Strides }, card.Detection);
        Assert.Equal(new PreprocessingOptions().Mean, card.Preprocessing.Mean);
        Assert.Equal((800, 1333), (card.Preprocessing.ShortSide, card.Preprocessing.LongSide));
    }

    [Fact]
    public void Every_switch_that_decoding_depends_on_reaches_the_card()
    {
        PanoptesConfig config = ConfigLoader.Parse("""
            model:
              fpn: { levels: 4 }
              fcos: { level_boundaries: [32, 64, 128] }
              detection: { score_threshold: 0.1, top_k_per_level: 500, nms_iou: 0.5, max_detections: 50, sqrt_score: true }
              embedmask:
                embedding_dim: 16
                margin: { dims: per_dim }
                loss: hinge
                hinge: { threshold: 0.7 }
                cluster_center: pixel
                mask_threshold: 0.53
                mask_scale_factor: 4
                crop: truncated_box
                interpolation: log_probability
            input: { short_side: [640, 700], long_side: 1000, test_long_side: 900, channel_order: bgr, mean: [1, 2, 3], std: [4, 5, 6] }
            """, "test");
        ModelCard card = ModelCards.Create(config, s_classes);
        card.Validate();
        Assert.Equal([8, 16, 32, 64], card.Detection.Strides);
        Assert.Equal(
            new DetectionOptions
            {
                Strides = card.Detection.Strides,
                ScoreThreshold = 0.1,
                TopKPerLevel = 500,
                NmsIou = 0.5,
                MaxDetections = 50,
                SqrtScore = true,
            },
            card.Detection);
        Assert.Equal(
            new EmbedMaskOptions
            {
                EmbeddingDim = 16,
                MarginDim = 16,
                Similarity = Similarity.HingeDistance,
                HingeDistance = 0.7,
                ClusterCenter = ClusterCenter.Pixel,
                MaskThreshold = 0.53,
                ScaleFactor = 4,
                Crop = CropRule.TruncatedBox,
                Interpolation = MaskInterpolation.LogProbability,
            },
            card.MethodOptions);
        Assert.Equal((700, 900, ChannelOrder.Bgr),
            (card.Preprocessing.ShortSide, card.Preprocessing.LongSide, card.Preprocessing.ChannelOrder));
        Assert.Equal([1f, 2f, 3f], card.Preprocessing.Mean);
        Assert.Equal([4f, 5f, 6f], card.Preprocessing.Std);
    }

    [Fact]
    public void Every_switch_of_panoptic_decoding_reaches_the_card()
    {
        PanoptesConfig config = ConfigLoader.Parse("""
            model:
              method: ciae
              ciae:
                embedding_dim: 16
                things: specific
                category_source: embedding
                instance_threshold: 0.3
                min_stuff_area: 100
                min_thing_area: 7
              semantic: { enabled: true, instance_threshold: 0.4, overlap_threshold: 0.6, min_stuff_area: 50 }
            """, "test");
        ModelCard card = ModelCards.Create(config, s_classes, null, [new("sky", 119, IsThing: false)]);
        card.Validate();
        Assert.Equal(
            new CiaeOptions
            {
                EmbeddingDim = 16,
                CategorySource = CategorySource.Embedding,
                InstanceThreshold = 0.3,
                MinStuffArea = 100,
                MinThingArea = 7,
            },
            card.MethodOptions);
        Assert.Equal(
            new PanopticMergeOptions { InstanceThreshold = 0.4, OverlapThreshold = 0.6, MinStuffArea = 50 }, card.PanopticMerge);
        Assert.Equal(["sky"], card.StuffClasses.Select(c => c.Name));
        Assert.True(card.Detection.ClipBeforeNms);
        Assert.Equal(card.ToJson(), ModelCard.Parse(card.ToJson()).ToJson());
    }

    [Fact]
    public void The_defaults_of_panoptic_decoding_are_the_librarys()
    {
        ModelCard card = ModelCards.Create(
            new PanoptesConfig { Model = new() { Method = Method.Ciae, Semantic = new() { Enabled = true } } }, s_classes);
        Assert.Equal(new CiaeOptions(), card.MethodOptions);
        Assert.Equal(new PanopticMergeOptions(), card.PanopticMerge);
    }

    [Fact]
    public void The_card_rebuilds_the_network_and_tells_no_paths()
    {
        PanoptesConfig config = new()
        {
            Model = new() { Weights = "/home/me/w.safetensors", Backbone = new() { Type = BackboneType.ResNet18 } },
            Data = new() { Train = new() { Images = "/home/me/a", Annotations = "/home/me/a.json" } },
        };
        ModelCard card = ModelCard.Parse(ModelCards.Create(config, s_classes).ToJson());
        Assert.DoesNotContain("/home/me", card.Network);
        Assert.Equal(BackboneType.ResNet18, ConfigLoader.Parse(card.Network, "card").Model.Backbone.Type);
    }

    [Theory]
    [InlineData("100", 134, 100)]
    [InlineData("null", 134, 170)]
    [InlineData("null", 125, 150)]
    [InlineData("null", 84, 110)]
    [InlineData("null", 83, 100)]
    [InlineData("null", 0, 100)]
    public void The_data_says_how_many_detections_are_kept_where_the_configuration_does_not(string setting, int most, int expected)
    {
        PanoptesConfig config = ConfigLoader.Parse("", "test", [$"model.detection.max_detections={setting}"]);
        Assert.Equal(expected, ModelCards.Create(config, [new ModelClass("a", 1)], mostInstances: most).Detection.MaxDetections);
    }
}
