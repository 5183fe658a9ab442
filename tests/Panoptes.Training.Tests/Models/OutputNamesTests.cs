using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Tests.Models.Ciae;
using Panoptes.Training.Tests.Models.MEInst;

namespace Panoptes.Training.Tests.Models;

/// <summary>What a card says that its network gives, and what the network gives.</summary>
[Collection(TorchCollection.Name)]
public sealed class OutputNamesTests
{
    [Theory]
    [InlineData(Method.EmbedMask)]
    [InlineData(Method.EmbedMask, "model.semantic.enabled=true", "model.embedmask.margin.dims=per_dim")]
    [InlineData(Method.MEInst)]
    [InlineData(Method.MEInst, "model.semantic.enabled=true")]
    [InlineData(Method.Ciae)]
    [InlineData(Method.Ciae, "model.semantic.enabled=true", "model.fpn.levels=4", "model.fcos.level_boundaries=[16,32,48]")]
    public void A_networks_outputs_are_those_that_its_card_promises(Method method, params string[] settings)
    {
        string[] all = ["model.semantic.channels=8", "model.semantic.norm_groups=2", .. settings];
        PanoptesConfig config = method switch
        {
            Method.MEInst => TinyMEInst.Config(all),
            Method.Ciae => TinyCiae.Config(all),
            _ => TinyModel.Config(all),
        };
        using var scope = new TensorScope();
        using var noGrad = new NoGrad();
        MaskCodec? codec = method == Method.MEInst ? TinyMEInst.Codec(config) : null;
        using TrainableModel model = ModelFactory.Create(config, TinyModel.Classes, codec, TinyCiae.Stuff);
        ModelCard card = ModelCards.Create(
            config, TinyCiae.Names("thing", TinyModel.Classes), codec, TinyCiae.Names("stuff", TinyCiae.Stuff));
        model.Train(false);

        IEnumerable<string> given = model.Predict(Tensor.Rand([1, 3, 64, 64])).Select(map => map.Name);

        Assert.Equal(given.Order(), OutputNames.Of(card).Order());
    }
}
