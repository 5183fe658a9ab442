namespace Panoptes.Torch.Kernels.Deform;

/// <summary>
/// Deformable convolutions made only of libtorch's operators, for every device and float type: bilinear sampling of each tap, then a
/// product of matrices. All of the sampled columns are kept for the backward pass.
/// </summary>
internal static class ComposedDeformConvolution
{
    /// <summary>[N, outputs, H', W'], channels last.</summary>
    public static Tensor Forward(DeformGeometry g, Tensor x, Tensor offset, Tensor? mask, Tensor weight, Tensor? bias)
    {
        (long n, long groups, long taps, long places) = (g.Images, g.OffsetGroups, g.Taps, (long)g.OutHeight * g.OutWidth);
        if (n == 0)
        {
            // Samplers refuse it; this way the leaves still get their gradients.
            Tensor nothing = new[] { offset, mask, weight, bias }.Aggregate(x.Sum(), (sum, t) => t is null ? sum : sum + t.Sum()) * 0;
            return nothing.Expand([0, g.Outputs, g.OutHeight, g.OutWidth]);
        }

        // Where a tap reads, in pixels: [N, offset groups, taps, H', W']. Far away is outside, too.
        Tensor moved = offset.Reshape([n, groups, taps, 2, g.OutHeight, g.OutWidth]);
        Tensor rows = Steps(g.OutHeight, g.StrideY, -g.PaddingY).Reshape([1, -1, 1]);
        Tensor columns = Steps(g.OutWidth, g.StrideX, -g.PaddingX).Reshape([1, 1, -1]);
        Tensor tapRows = Steps(g.KernelHeight, g.DilationY, 0).Reshape([-1, 1]).Expand([-1, g.KernelWidth]).Reshape([-1, 1, 1]);
        Tensor tapColumns = Steps(g.KernelWidth, g.DilationX, 0).Reshape([1, -1]).Expand([g.KernelHeight, -1]).Reshape([-1, 1, 1]);
        Tensor y = (rows + tapRows + moved.Select(3, 0)).Clamp(-2, g.Height + 1);
        Tensor z = (columns + tapColumns + moved.Select(3, 1)).Clamp(-2, g.Width + 1);

        // grid_sampler counts from -1 at the first pixel's outer edge to 1 at the last one's, and takes x before y.
        Tensor grid = Tensor.Stack([((z * 2) + 1) / g.Width - 1, ((y * 2) + 1) / g.Height - 1], -1);
        Tensor samples = x.Reshape([n * groups, g.OffsetChannels, g.Height, g.Width])
            .GridSampler2d(grid.Reshape([n * groups, taps, places, 2]), interpolationMode: 0, paddingMode: 0, alignCorners: false)
            .Reshape([n, groups, g.OffsetChannels, taps, places]);
        if (mask is not null)
        {
            samples *= mask.Reshape([n, groups, 1, taps, places]);
        }

        Tensor kernel = weight.Reshape([1, g.Groups, g.GroupOutputs, g.Columns]);
        Tensor result = kernel.Matmul(samples.Reshape([n, g.Groups, g.Columns, places])).Reshape([n, g.Outputs, g.OutHeight, g.OutWidth]);

        // An offset that is not a number would be outside for some of libtorch's samplers.
        result += ((y + z) * 0).Sum([1, 2], keepdim: false).Unsqueeze(1);
        result = bias is null ? result : result + bias.Reshape([-1, 1, 1]);
        return result.Contiguous(MemoryFormat.ChannelsLast);

        Tensor Steps(long count, long step, long first) => Tensor.Arange(count, x.DType, x.Device) * step + first;
    }
}
