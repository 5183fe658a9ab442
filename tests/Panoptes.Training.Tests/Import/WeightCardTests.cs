using Panoptes.Inference;
using Panoptes.Training.Configuration;
using Panoptes.Training.Import;
using Panoptes.Training.Models;

namespace Panoptes.Training.Tests.Import;

public class WeightCardTests
{
    [Fact]
    public void A_whole_model_says_what_its_backbone_expects()
    {
        string path = ShippedModels.PathOf("nuclei");
        WeightCard card = WeightCard.Of(path, ModelHeader.Read(path).Metadata)!;

        Assert.Equal(ChannelOrder.Bgr, card.ChannelOrder);
        Assert.Equal([103.06, 115.9, 123.15], card.Mean);
        Assert.Equal([1, 1, 1], card.Std);
        PanoptesConfig same = ShippedConfigs.Load("embedmask_finetune", ["model.weights=nuclei"]);
        Assert.Empty(card.Check(same, "nuclei"));
        PanoptesConfig other = ShippedConfigs.Load("embedmask_finetune", ["model.weights=nuclei", "input.channel_order=rgb"]);
        Assert.Equal("input.channel_order", Assert.Single(card.Check(other, "nuclei")).Key);
    }

    [Fact]
    public void A_name_that_no_model_has_is_a_path()
    {
        Assert.Equal("nowhere", ShippedModels.PathOf("nowhere"));
        Assert.All(ShippedModels.Names(), name => Assert.True(File.Exists(ShippedModels.PathOf(name))));
        Assert.Equal(ShippedModels.Names(), ShippedModels.All().Select(model => model.Name));
    }
}
