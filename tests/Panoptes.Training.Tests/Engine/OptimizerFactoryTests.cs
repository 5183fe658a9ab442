using Panoptes.Torch.Optim;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Tests.Models;

namespace Panoptes.Training.Tests.Engine;

[Collection(TorchCollection.Name)]
public class OptimizerFactoryTests
{
    [Fact]
    public void The_backbone_alone_takes_its_factor()
    {
        Dictionary<string, ParameterGroup> groups = GroupsOf(new OptimizerConfig { BackboneLrFactor = 0.1 });

        Assert.Contains(groups, entry => entry.Key.StartsWith("backbone.", StringComparison.Ordinal));
        Assert.Contains(groups, entry => entry.Key.StartsWith("fpn.", StringComparison.Ordinal));
        Assert.All(groups, entry => Assert.Equal(
            entry.Key.StartsWith("backbone.", StringComparison.Ordinal) ? 0.1 : 1, entry.Value.LearningRateFactor));
    }

    [Fact]
    public void The_factor_comes_on_top_of_that_of_the_style()
    {
        Dictionary<string, ParameterGroup> groups =
            GroupsOf(new OptimizerConfig { BackboneLrFactor = 0.25, Style = ParameterStyle.Legacy });

        Assert.Equal((0.5, 0), (groups["backbone.bn1.bias"].LearningRateFactor, groups["backbone.bn1.bias"].WeightDecay));
        Assert.Equal(0.25, groups["backbone.conv1.weight"].LearningRateFactor);
    }

    [Theory]
    [InlineData(ParameterStyle.Detectron2, 0, 1)]
    [InlineData(ParameterStyle.NoBiasDecay, 0, 0)]
    [InlineData(ParameterStyle.Legacy, 1, 0)]
    public void A_style_says_what_is_decayed(ParameterStyle style, double normalizations, double biases)
    {
        Dictionary<string, ParameterGroup> groups = GroupsOf(new OptimizerConfig { Style = style, WeightDecay = 1 });

        Assert.Equal(1, groups["backbone.conv1.weight"].WeightDecay);
        Assert.Equal(normalizations, groups["backbone.bn1.weight"].WeightDecay);
        string bias = groups.Keys.First(name => name.StartsWith("fpn.", StringComparison.Ordinal)
            && name.EndsWith(".bias", StringComparison.Ordinal));
        Assert.Equal(biases, groups[bias].WeightDecay);
    }

    private static Dictionary<string, ParameterGroup> GroupsOf(OptimizerConfig optimizer)
    {
        using TrainableModel model = ModelFactory.Create(TinyModel.Config("model.backbone.norm=batch_norm"), TinyModel.Classes);
        using Optimizer made = OptimizerFactory.Create(optimizer, model);
        return made.Groups.SelectMany(group => group.Parameters.Select(p => (p.Name, group))).ToDictionary(p => p.Name, p => p.group);
    }
}
