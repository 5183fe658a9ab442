using Panoptes.Torch;
using Panoptes.Training.Data;
using Panoptes.Training.Models;

namespace Panoptes.Training.Engine;

/// <summary>Reads the losses of a pass, and stops at the first that is not a number, before it reaches the weights.</summary>
internal static class LossCheck
{
    /// <summary>Reads all losses at once.</summary>
    /// <param name="loss">The losses of a pass.</param>
    /// <param name="total">Their sum.</param>
    /// <param name="batch">What they were computed on, for the message.</param>
    /// <param name="iteration">The step, from 1.</param>
    /// <param name="run">The run.</param>
    /// <exception cref="NonFiniteLossException">A loss is infinite or not a number.</exception>
    public static IReadOnlyList<(string Name, double Value)> Read(BatchLoss loss, Tensor total, Batch batch, int iteration, RunFolder run)
    {
        using NoGrad noGrad = new();
        Tensor[] values = [.. loss.Terms.Select(t => t.Value.Detach()), total.Detach()];
        double[] numbers = Tensor.Stack(values).To(DType.Float64).ToArray<double>();
        string[] names = [.. loss.Terms.Select(t => t.Name), "total"];
        int bad = Array.FindIndex(numbers, v => !double.IsFinite(v));
        if (bad >= 0)
        {
            string saved = File.Exists(Checkpoint.FileOf(run))
                ? $"the last checkpoint in {run.Path} is untouched."
                : "no checkpoint was saved yet.";
            string images = string.Join(", ", batch.Images.Select(p => p.Record.Path));
            throw new NonFiniteLossException(
                $"iteration {iteration}: the loss '{names[bad]}' is {numbers[bad]} on {images}. "
                + "Try a lower optimizer.learning_rate, optimizer.clip_norm=10, "
                + "a longer schedule.warmup.iterations, and see whether these images' annotations are right; "
                + saved);
        }

        return [.. names.Zip(numbers)];
    }
}
