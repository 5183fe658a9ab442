using System.Numerics;
using Panoptes.Torch;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Ciae;

/// <summary>
/// L_emb (Eq. 5 to 9): a pixel's embedding shall be nearer to its own query than to any other, by a margin. With d = 1 − cos,
/// d_pos = d(p_i, M_o(i)), d_neg = d(p_i, M_k) and 0 for k = o(i): l' = [d_pos − d_neg + margin]₊, l = −ln(1 − l' / (2 + margin)).
/// </summary>
/// <remarks>
/// As tensors, full resolution would be an embedding of 140 MB for each image of 800x1333, several times over, and as much again for the
/// similarities. So a pixel is enlarged, normalized and compared by itself, in plain arrays on the CPU (<see cref="TripletImage{T}"/>),
/// and its gradient is taken on the spot: what is kept of an image is a gradient of the embedding's own size. Autograd sees one product.
/// </remarks>
internal sealed class TripletLoss(CiaeConfig config)
{
    /// <summary>Pixels of a strip, about: so few that all cores have one, so many that the rows it shares matter little.</summary>
    private const int StripPixels = 32768;

    /// <summary>The loss over all images, divided by their labeled pixels, N.</summary>
    /// <param name="targets">The images; at least one, in float32 or float64.</param>
    /// <returns>A scalar with gradients into embeddings and queries; 0 where no pixel has a label.</returns>
    public Tensor Compute(IReadOnlyList<TripletTarget> targets) =>
        targets[0].Embedding.DType == DType.Float64 ? Compute<double>(targets) : Compute<float>(targets);

    private Tensor Compute<T>(IReadOnlyList<TripletTarget> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long pixels = targets.Sum(target => (long)target.Labels.Length - target.Labels.Span.Count((short)-1));
        bool[]?[] chosen = new bool[]?[targets.Count];
        if (config.HardPixelPercent is { } percent && pixels > 0)
        {
            pixels = Math.Max(1, (long)(pixels * percent / 100));
            chosen = HardestPixels<T>(targets, pixels);
        }

        // One image after the other, so that only one is held as arrays.
        return targets.Select((target, n) => Sum<T>(target, chosen[n])).Aggregate((a, b) => a + b) / Math.Max(pixels, 1);
    }

    private Tensor Sum<T>(TripletTarget target, bool[]? chosen)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // No part of a tensor asks for gradients while their recording is switched off, whatever the tensor itself does.
        bool learns = target.Embedding.Alias().RequiresGrad || target.Queries.Alias().RequiresGrad;
        TripletImage<T> image = new(config, target);
        TripletPart<T>[] parts = Run(image, (first, end) => image.Run(first, end, learns, chosen, losses: null));
        return Connect(target, image.Join(parts, learns));
    }

    // Which pixels of each image are among the hardest of all.
    private bool[][] HardestPixels<T>(IReadOnlyList<TripletTarget> targets, long count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] offsets = [.. targets.Select((_, n) => targets.Take(n).Sum(target => target.Labels.Length))];
        T[] losses = new T[targets.Sum(target => target.Labels.Length)];
        losses.AsSpan().Fill(-T.One); // ignored: below every loss
        for (int n = 0; n < targets.Count; n++)
        {
            TripletImage<T> image = new(config, targets[n]);
            Memory<T> own = losses.AsMemory(offsets[n], targets[n].Labels.Length);
            Run(image, (first, end) => image.Run(first, end, learns: false, null, own));
        }

        bool[][] chosen = [.. targets.Select(target => new bool[target.Labels.Length])];
        using TensorScope scope = new();
        foreach (long pixel in Tensor.From<T>(losses).Topk(count, sorted: false).Indices.ToArray<long>())
        {
            int image = Array.FindLastIndex(offsets, offset => offset <= pixel);
            chosen[image][pixel - offsets[image]] = true;
        }

        return chosen;
    }

    // All strips of an image, in their order, whichever is ready first, on the calling thread's share of the cores.
    private static TripletPart<T>[] Run<T>(TripletImage<T> image, Func<int, int, TripletPart<T>> strip)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = Math.Max(1, StripPixels / image.PixelsOfRow);
        TripletPart<T>[] parts = new TripletPart<T>[(image.Rows + rows - 1) / rows];
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = TorchRuntime.Threads }, i =>
            parts[i] = strip(i * rows, Math.Min((i + 1) * rows, image.Rows)));
        return parts;
    }

    // A scalar with the value and the gradients that were found: ⟨x, g⟩ has the gradient g, and its own value is taken off again.
    private static Tensor Connect<T>(TripletTarget target, (double Loss, T[] Gradient, T[] ToQueries) found)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor embedding = target.Embedding;
        Tensor value = Tensor.Full([], found.Loss, embedding.DType, embedding.Device);
        if (found.Gradient.Length == 0)
        {
            return value;
        }

        Tensor gradient = Tensor.From<T>(found.Gradient, [embedding.Size(1), embedding.Size(2), embedding.Size(0)]).To(embedding.Device);
        Tensor toQueries = Tensor.From<T>(found.ToQueries, target.Queries.Shape).To(embedding.Device);
        Tensor linear = (embedding * gradient.Permute([2, 0, 1])).Sum() + (target.Queries * toQueries).Sum();
        return linear - linear.Detach() + value;
    }
}
