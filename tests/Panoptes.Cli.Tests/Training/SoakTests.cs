using System.Collections.Concurrent;
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

    [Theory(Explicit = true)]
    [InlineData(false)]
    [InlineData(true)] // by ONNX Runtime
    public async Task Ten_thousand_predictions_by_four_threads_are_those_of_one(bool onnx)
    {
        const int Threads = 4, Predictions = 10_000, Measured = 500;
        string model = project.Model;
        if (onnx)
        {
            model = project.NewPath("soak.onnx");
            Assert.Equal(0, (await ToolRunner.RunAsync("export", "--model", project.Model, "--output", model)).Code);
        }

        CancellationToken stop = TestContext.Current.CancellationToken;
        using Segmenter segmenter = Segmenter.Load(model);
        Image[] images = [.. Directory.GetFiles(project.Images).Order().Select(file => Image.Load(file))];
        string[] alone = [.. images.Select(image => Describe(segmenter.Segment(image, stop)))];
        Assert.All(alone, Assert.NotEmpty);
        ConcurrentQueue<int> different = [];
        List<double> memory = [];
        int next = 0;

        await Task.WhenAll(Enumerable.Range(0, Threads)
            .Select(_ => Task.Factory.StartNew(Predict, stop, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.True(next >= Predictions, $"{next} predictions");
        Assert.Equal("", string.Join(", ", different));
        string course = string.Join(", ", memory.Select(m => $"{m:0.0}"));
        Assert.True(memory[^1] - memory[1] < Slack, $"MiB every {Measured} predictions: {course}");

        void Predict()
        {
            for (int i = Interlocked.Increment(ref next); i <= Predictions; i = Interlocked.Increment(ref next))
            {
                int image = i % images.Length;
                if (Describe(segmenter.Segment(images[image], stop)) != alone[image]) different.Enqueue(i);
                if (i % Measured != 0) continue;
                GC.Collect();
                GC.WaitForPendingFinalizers();
                lock (memory) memory.Add(Environment.WorkingSet / 1048576.0);
            }
        }

        static string Describe(Segmentation found) =>
            string.Join('\n', found.Instances.Select(i => $"{i.ClassIndex} {i.Score:R} {i.Box} {i.Mask.ToCompressedString()}"));
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
