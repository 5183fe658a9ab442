using System.Text.Json;
using Panoptes.Cli.Commands.Train.Folders;
using Panoptes.Training.Configuration;

namespace Panoptes.Cli.Tests.Training;

public class ConfigChoiceTests
{
    private static FolderData Data(int images = 500, int most = 10, bool panoptic = false, double small = 1) =>
        new(new DatasetConfig(), new DatasetConfig(), images, most, small, panoptic, []);

    private static PanoptesConfig Load(ConfigChoice choice) => ShippedConfigs.Load(choice.Name, choice.Settings);

    private static string WriteWeights(TemporaryFolder folder, bool bottleneck, int blocks, int perGroup)
    {
        Dictionary<string, object> header = [];
        int bytes = 0;
        Add("layer1.0.conv2.weight", 8, perGroup);
        if (bottleneck) Add("layer1.0.conv3.weight", 1, 1);
        for (int i = 0; i < blocks; i++) Add($"layer3.{i}.conv1.weight", 1, 1);
        string path = folder.Full("weights.safetensors");
        File.WriteAllBytes(path, SafetensorsText.File(JsonSerializer.Serialize(header), bytes));
        return path;

        void Add(string name, int rows, int columns)
        {
            int end = bytes + (rows * columns * 4);
            header[name] = new { dtype = "F32", shape = new[] { rows, columns }, data_offsets = new[] { bytes, end } };
            bytes = end;
        }
    }

    [Theory]
    [InlineData(20, 1500)]
    [InlineData(831, 1900)]
    [InlineData(118_000, 20_000)]
    public void From_scratch_nothing_is_frozen_and_the_schedule_goes_by_the_images(int images, int iterations)
    {
        PanoptesConfig config = Load(ConfigChoice.For(Data(images), weights: null, length: null));

        ConfigValidator.RequireLearnable(config);
        Assert.Empty(ConfigValidator.Advise(config));
        Assert.Equal((BackboneNorm.GroupNorm, 0), (config.Model.Backbone.Norm, config.Model.Backbone.FrozenStages));
        Assert.Equal((iterations, iterations / 5), (config.Schedule.Iterations, config.Evaluation.Every));
        Assert.Equal(100, config.Model.Detection.MaxDetections);
    }

    [Theory]
    [InlineData(1, new[] { 256, 288, 320, 352 })]
    [InlineData(0.041, new[] { 320, 352, 384, 416 })]
    [InlineData(0.01, new[] { 416, 448, 480, 512 })]
    public void From_ImageNet_small_objects_get_larger_images(double small, int[] sides)
    {
        ConfigChoice choice = ConfigChoice.For(Data(small: small), ModelConfig.ImageNet, length: null);
        PanoptesConfig config = Load(choice);

        ConfigValidator.RequireLearnable(config);
        Assert.Equal(("embedmask_finetune", ModelConfig.ImageNet), (choice.Name, config.Model.Weights));
        Assert.Equal(sides, config.Input.ShortSide);
        Assert.InRange(config.Input.LongSide, sides[^1] * 3 / 2, sides[^1] * 2);
        Assert.Equal("ciae_finetune", ConfigChoice.For(Data(panoptic: true), ModelConfig.ImageNet, length: null).Name);
    }

    [Fact]
    public void Crowded_images_get_more_detections() =>
        Assert.Equal(350, Load(ConfigChoice.For(Data(most: 250), weights: null, length: null)).Model.Detection.MaxDetections);

    [Theory]
    [InlineData(false, "EmbedMask")]
    [InlineData(true, "Ciae")]
    public void Panoptic_data_gets_a_panoptic_network(bool panoptic, string method) =>
        Assert.Equal(method, Load(ConfigChoice.For(Data(panoptic: panoptic), weights: null, length: null)).Model.Method.ToString());

    [Theory]
    [InlineData(false, 2, 64, "embedmask_finetune")]
    [InlineData(false, 6, 64, "embedmask_r34_fpn_1x")]
    [InlineData(true, 6, 64, "embedmask_r50_fpn_1x")]
    [InlineData(true, 23, 64, "embedmask_r101_fpn_1x")]
    [InlineData(true, 23, 8, "embedmask_x101_32x8d_fpn_1x")]
    [InlineData(true, 23, 4, "embedmask_x101_64x4d_fpn_1x")]
    public void Weights_tell_the_network(bool bottleneck, int blocks, int perGroup, string name)
    {
        using TemporaryFolder folder = new();
        string weights = WriteWeights(folder, bottleneck, blocks, perGroup);

        foreach (int? length in new int?[] { null, 1 })
        {
            ConfigChoice choice = ConfigChoice.For(Data(), weights, length);
            Assert.Equal(name, choice.Name);
            Assert.Equal(4, Load(choice).Schedule.BatchSize);
        }

        Assert.Equal(name.Replace("embedmask", "ciae"), ConfigChoice.For(Data(panoptic: true), weights, length: null).Name);
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        using TemporaryFolder folder = new();
        string weights = WriteWeights(folder, bottleneck: true, blocks: 36, perGroup: 64);

        InputException error = Assert.Throws<InputException>(() => ConfigChoice.For(Data(), weights, length: null));

        Assert.Contains(weights, error.Message, StringComparison.Ordinal);
        Assert.Contains("train CONFIG --data FOLDER", error.Message, StringComparison.Ordinal);
    }
}
