using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Training.Configuration;

namespace Panoptes.Training.Models.Ciae;

/// <summary>
/// L_emb (Eq. 5 to 9): a pixel's embedding shall be nearer to its own query than to any other, by a margin. With d = 1 − cos,
/// d_pos = d(p_i, M_o(i)), d_neg = d(p_i, M_k) and 0 for k = o(i): l' = [d_pos − d_neg + margin]₊, l = −ln(1 − l' / (2 + margin)).
/// </summary>
/// <remarks>
/// The embedding is enlarged, normalised and compared strip by strip, and each strip's gradients are taken at once, before the next is begun:
/// what is kept of a picture is a gradient of the embedding's own size, whatever the resolution of the labels and the number of queries.
/// </remarks>
internal sealed class TripletLoss(CiaeConfig config)
{
    /// <summary>Pixels of a strip, about: a few MB for each of its tensors.</summary>
    private const int StripPixels = 32768;

    /// <summary>Below any cosine by more than margin and 1 together: such a pair's loss is 0, as is its gradient.</summary>
    private const double Excluded = -4;

    /// <summary>The loss over all pictures, divided by their labelled pixels, N.</summary>
    /// <param name="targets">The pictures; at least one.</param>
    /// <returns>A scalar with gradients into embeddings and queries; 0 where no pixel has a label.</returns>
    public Tensor Compute(IReadOnlyList<TripletTarget> targets)
    {
        long pixels = targets.Sum(target => target.Labels.Span.Length - (long)target.Labels.Span.Count((short)-1));
        Tensor?[] chosen = new Tensor?[targets.Count];
        if (config.HardPixelPercent is { } percent && pixels > 0)
        {
            pixels = Math.Max(1, (long)(pixels * percent / 100));
            chosen = HardestPixels(targets, pixels);
        }

        Tensor sum = targets.Select((target, i) => Sum(target, chosen[i])).Aggregate((a, b) => a + b);
        return sum / Math.Max(pixels, 1);
    }

    // 1 for each pixel that is among the hardest of all pictures, 0 for others: [H · W] of each picture.
    private Tensor[] HardestPixels(IReadOnlyList<TripletTarget> targets, long count)
    {
        using var noGrad = new NoGrad();
        var losses = new List<Tensor>();
        foreach (TripletTarget target in targets)
        {
            Tensor values = Tensor.Full([target.Labels.Length], -1, target.Embedding.DType, target.Embedding.Device); // −1: ignored
            foreach (Strip strip in Strips(target))
            {
                using var scope = new TensorScope();
                (Tensor owner, Tensor weight) = Pixels(target, strip);
                Tensor own = Losses(Enlarge(strip.Cells, strip, target.Factor), target.Queries, owner, Outside(target, strip, owner)) * weight;
                values.Narrow(0, strip.FirstPixel, strip.PixelCount)
                    .CopyInPlace(own.MaskedFill(Tensor.From<bool>(strip.Ignored(target)).To(own.Device), -1));
            }

            losses.Add(values);
        }

        Tensor all = Tensor.Cat([.. losses]);
        Tensor chosen = all.ZerosLike().ScatterInPlace(0, all.Topk(count, sorted: false).Indices, 1);
        int first = 0;
        return [.. targets.Select(target => chosen.Narrow(0, (first += target.Labels.Length) - target.Labels.Length, target.Labels.Length))];
    }

    // Σ_i Σ_k l_ik of a picture, or of its chosen pixels.
    private Tensor Sum(TripletTarget target, Tensor? chosen)
    {
        Tensor embedding = target.Embedding;
        Tensor total = Tensor.Zeros([], DType.Float64, embedding.Device);
        Tensor gradient = embedding.Detach().ZerosLike();
        Tensor queries = target.Queries.Detach();
        queries.RequiresGrad = target.Queries.RequiresGrad;
        foreach (Strip strip in Strips(target))
        {
            using var scope = new TensorScope();
            Tensor cells = strip.Cells.Detach();
            cells.RequiresGrad = embedding.RequiresGrad;
            (Tensor owner, Tensor weight) = Pixels(target, strip);
            Tensor losses = Losses(Enlarge(cells, strip, target.Factor), queries, owner, Outside(target, strip, owner)) * weight; // [n]
            Tensor sum = (chosen is null ? losses : losses * chosen.Narrow(0, strip.FirstPixel, strip.PixelCount)).Sum();
            total.AddInPlace(sum.Detach().To(DType.Float64));
            if (sum.RequiresGrad)
            {
                sum.Backward();
                if (cells.Grad is { } own)
                {
                    gradient.Narrow(1, strip.FirstCell, own.Size(1)).AddInPlace(own);
                }
            }
        }

        // The sum's value with the gradients that were found: ⟨x, g⟩ has the gradient g, and its own value is taken off again.
        Tensor linear = (embedding * gradient).Sum();
        if (queries.Grad is { } toQueries)
        {
            linear += (target.Queries * toQueries).Sum();
        }

        return linear - linear.Detach() + total.To(embedding.DType);
    }

    // l of every pixel, summed over its queries: [n].
    private Tensor Losses(Tensor pixels, Tensor queries, Tensor owner, Tensor outside)
    {
        Tensor p = pixels / pixels.LinalgVectorNorm(2, [1], keepdim: true).ClampMin(1e-12); // Eq. 1: [n, D]
        Tensor cosine = p.Matmul(queries.Transpose(0, 1)); // [n, K]
        Tensor own = cosine.Gather(1, owner); // [n, 1]
        Tensor others = cosine.MaskedFill(outside, Excluded); // [n, K]

        // The own term is the largest of all, since its d_neg is 0: the hardest queries are it and those with the largest cosines.
        Tensor losses = Penalty(1 - own + config.Margin); // [n, 1]
        int negatives = (int)queries.Size(0) - 1;
        bool all = config.TopK == 0 || config.HardPixelPercent is not null || negatives < config.TopK;
        int count = all ? negatives : config.TopK - 1;
        if (count > 0)
        {
            Tensor hardest = all ? others : others.Topk(count, sorted: false).Values; // [n, K] or [n, top_k − 1]
            losses += Penalty(hardest - own + config.Margin).Sum([1], keepdim: true);
        }

        return losses.Squeeze(1);
    }

    // −ln(1 − l' / (2 + margin)) (Eq. 7 and 8), finite where rounding takes l' to its upper end.
    private Tensor Penalty(Tensor difference) => -(1 - difference.Relu() / (2 + config.Margin)).ClampMin(1e-6).Log();

    // The strip's pixels, a row for each: [n, D].
    private static Tensor Enlarge(Tensor cells, Strip strip, int factor)
    {
        Tensor rows = factor == 1
            ? cells
            : cells.Unsqueeze(0).UpsampleBilinear2d(default, false, [factor, factor]).Squeeze(0).Narrow(1, strip.SkippedRows, strip.Rows);
        return rows.Permute([1, 2, 0]).Reshape([-1, rows.Size(0)]);
    }

    // The query and the weight of each pixel: [n, 1] and [n]. Ignored ones weigh nothing.
    private static (Tensor Owner, Tensor Weight) Pixels(TripletTarget target, Strip strip)
    {
        var owner = new long[strip.PixelCount];
        var weight = new float[strip.PixelCount];
        ReadOnlySpan<short> labels = target.Labels.Span.Slice(strip.FirstPixel, strip.PixelCount);
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= 0)
            {
                owner[i] = target.Owner[labels[i]];
                weight[i] = target.Weight[labels[i]];
            }
        }

        Device device = target.Embedding.Device;
        return (Tensor.From<long>(owner, [owner.Length, 1]).To(device), Tensor.From<float>(weight).To(device, target.Embedding.DType));
    }

    // The pairs that are not compared: those of a box elsewhere, and a pixel's own, which is a term by itself. [n, K]
    private static Tensor Outside(TripletTarget target, Strip strip, Tensor owner)
    {
        (int queries, int free) = ((int)target.Queries.Size(0), (int)target.Queries.Size(0) - target.Boxes.Count);
        var rows = new bool[strip.Rows * queries];
        var columns = new bool[target.Width * queries];
        for (int k = free; k < queries; k++)
        {
            Box box = target.Boxes[k - free];
            for (int y = 0; y < strip.Rows; y++)
            {
                rows[(y * queries) + k] = !Holds(box.Y1, box.Y2, strip.FirstRow + y);
            }

            for (int x = 0; x < target.Width; x++)
            {
                columns[(x * queries) + k] = !Holds(box.X1, box.X2, x);
            }
        }

        Device device = target.Embedding.Device;
        Tensor outside = Tensor.From<bool>(rows, [strip.Rows, 1, queries]).To(device)
            .LogicalOr(Tensor.From<bool>(columns, [1, target.Width, queries]).To(device)) // [rows, W, K]
            .Reshape([strip.PixelCount, queries]);
        return outside.ScatterInPlace(1, owner, true);

        static bool Holds(double low, double high, int pixel) => pixel + 0.5 >= low && pixel + 0.5 <= high;
    }

    // The picture's strips that have a labelled pixel.
    private static IEnumerable<Strip> Strips(TripletTarget target)
    {
        int cells = (int)target.Embedding.Size(1);
        int step = Math.Max(1, StripPixels / (target.Factor * target.Width));
        int halo = target.Factor == 1 ? 0 : 1;
        for (int first = 0; first < cells; first += step)
        {
            // A row of cells more on either side is what bilinear enlargement looks at; what it gives there itself is cut off.
            (int end, int from) = (Math.Min(first + step, cells), Math.Max(first - halo, 0));
            var strip = new Strip(
                Cells: target.Embedding.Narrow(1, from, Math.Min(end + halo, cells) - from), // [D, r, w]
                FirstCell: from,
                SkippedRows: (first - from) * target.Factor,
                FirstRow: first * target.Factor,
                Rows: (end - first) * target.Factor,
                target.Width);
            if (target.Labels.Span.Slice(strip.FirstPixel, strip.PixelCount).ContainsAnyExcept((short)-1))
            {
                yield return strip;
            }
        }
    }

    /// <summary>Some rows of a picture.</summary>
    private sealed record Strip(Tensor Cells, int FirstCell, int SkippedRows, int FirstRow, int Rows, int Width)
    {
        public int FirstPixel => FirstRow * Width;

        public int PixelCount => Rows * Width;

        public bool[] Ignored(TripletTarget target)
        {
            var ignored = new bool[PixelCount];
            for (int i = 0; i < ignored.Length; i++)
            {
                ignored[i] = target.Labels.Span[FirstPixel + i] < 0;
            }

            return ignored;
        }
    }
}
