using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Tests.Data;
using Panoptes.Training.Tests.Models;

namespace Panoptes.Training.Tests.Engine;

[Collection(TorchCollection.Name)]
public class StepGradientsTests
{
    [Fact]
    public void Replicas_begin_a_step_with_the_running_numbers_that_the_network_has_then()
    {
        PanoptesConfig config = TinyModel.Config(
            "replicas=2", "schedule.batch_size=2", "model.fcos.normalizer=moving_fg", "input.short_side=64", "input.long_side=64",
            "threads=1");
        using ImageSet set = new();
        for (int i = 0; i < 4; i++)
        {
            set.Add(64, 64, TinyModel.Rectangle(12, 12, 40, 40));
        }

        TorchRuntime.Seed(1);
        ModelClass[] classes = [.. Enumerable.Range(1, TinyModel.Classes).Select(i => new ModelClass($"class {i}", i))];
        ModelCard card = ModelCards.Create(config, classes);
        using TrainableModel model = ModelFactory.Create(config, card);
        model.Train();
        using StepGradients gradients = new(
            config, card, model, Device.Cpu, (loss, total, batch) => LossCheck.Read(loss, total, batch, 1, RunFolder.Named("none")));
        using DataLoader loader = new(set.Records, LoaderOptions.FromConfig(config) with { Workers = 0 });

        double before = ClassLoss(0);
        using (NoGrad noGrad = new())
        {
            // As a group does between two steps, which gives the first process's numbers to all.
            model.Buffers().Single(b => b.Name.EndsWith("moving_positives", StringComparison.Ordinal)).Value.FillInPlace(10_000.0);
        }

        // Divided by about 9,000 instead of 90 in both passes; in one of them alone, half would stay.
        Assert.InRange(ClassLoss(1) / before, 0, 0.1);

        double ClassLoss(int iteration) => gradients.Compute(iteration, loader, 1, TestContext.Current.CancellationToken)
            .Losses.Single(loss => loss.Name == "class").Value;
    }
}
