using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;

namespace Panoptes.Cli.Tests.Training;

/// <summary>Many steps, many predictions: what is made in one of them is gone after it.</summary>
[Collection(nameof(TrainingCollection))]
public class SoakTests(TinyProject project)
{
    private const int Rounds = 500;
    private const int WarmUp = 50;

    /// <summary>MiB that the process may grow after the warm-up; a leak of one input each round would be 30 and more.</summary>
    private const double Slack = 12;

    [Fact(Explicit = true)]
    public void Five_hundred_predictions_leave_no_tensor_and_no_memory_behind()
    {
        using TorchNetwork network = ModelFile.Load(project.Model);
        Segmenter segmenter = new(network);
        Image[] images = [.. Directory.GetFiles(project.Images).Order().Select(file => Image.Load(file))];
        Usage usage = new();

        for (int i = 1; i <= Rounds; i++)
        {
            Assert.NotEmpty(segmenter.Segment(images[i % images.Length], TestContext.Current.CancellationToken).Instances);
            usage.After(i);
        }

        usage.ShouldBeFlat();
    }

    [Fact(Explicit = true)]
    public void Five_hundred_training_steps_leave_no_tensor_and_no_memory_behind()
    {
        PanoptesConfig config = ConfigLoader.Load(
            project.Config, [$"schedule.iterations={Rounds}", "data.val.images=null", "data.val.annotations=null"]);
        using Trainer trainer = new(config, new TrainerOptions { Output = project.NewPath("run") });
        Usage usage = new();

        trainer.Run(usage, TestContext.Current.CancellationToken);

        usage.ShouldBeFlat();
    }

    /// <summary>Counts tensors after each round and measures the process at the end of the warm-up and of it all.</summary>
    private sealed class Usage : IProgress<ProgressReport>
    {
        private readonly List<long> _tensors = [];
        private readonly List<double> _memory = [];

        public Usage()
        {
            // What other tests left to the garbage collector goes first.
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        public void Report(ProgressReport value)
        {
            if (value.Phase == TrainingPhase.Training) After(value.Iteration);
        }

        public void After(int round)
        {
            _tensors.Add(Tensor.LiveCount);
            if (round < WarmUp || round % WarmUp != 0) return;
            GC.Collect();
            GC.WaitForPendingFinalizers();
            _memory.Add(Environment.WorkingSet / 1048576.0);
        }

        public void ShouldBeFlat()
        {
            Assert.Equal(Rounds, _tensors.Count);
            // The first step of an optimizer makes its momentum.
            Assert.Single(_tensors.Skip(1).Distinct());
            string course = string.Join(", ", _memory.Select(m => $"{m:0.0}"));
            Assert.True(_memory[^1] - _memory[0] < Slack, $"MiB every {WarmUp} rounds: {course}");
        }
    }
}
