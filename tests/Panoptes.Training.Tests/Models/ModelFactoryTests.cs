using Panoptes.Training.Models;

namespace Panoptes.Training.Tests.Models;

public class ModelFactoryTests
{
    [Fact]
    public void Weights_of_classes_are_as_many_as_the_classes()
    {
        InputException error = Assert.Throws<InputException>(
            () => ModelFactory.Create(TinyModel.Config("model.fcos.class_weights=[1, 2.5]"), classes: 3));
        Assert.Contains("model.fcos.class_weights: [1, 2.5] has 2 numbers, but the data has 3 classes", error.Message, StringComparison.Ordinal);
    }
}
