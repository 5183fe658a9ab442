using System.Runtime.CompilerServices;

namespace Panoptes.Torch.Kernels.Deform;

/// <summary>Kernels between libtorch's order, [outputs, channels of a group, taps], and the products' order.</summary>
internal static unsafe class DeformWeights<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>Floats of a packed group; <see cref="Pack"/> says what it holds.</summary>
    public static nint PackedGroup(DeformGeometry g, bool turned) =>
        turned ? (nint)g.GroupOutputs * Product.Columns(g.Columns) : (nint)g.Columns * Product.Columns(g.GroupOutputs);

    /// <summary>
    /// Packs the right matrix of a product for each group: [columns, outputs] for the outputs, or, turned, [outputs, columns] for the
    /// gradient of the columns. A column is [tap][channel].
    /// </summary>
    public static void Pack(DeformPlan plan, bool turned, float* packed)
    {
        DeformGeometry g = plan.G;
        new Span<float>(packed, checked((int)(g.Groups * PackedGroup(g, turned)))).Clear();
        nint group = PackedGroup(g, turned);
        ParallelLoop.Run(g.Outputs, (_, output) => PackOutput(plan, turned, output, packed + output / g.GroupOutputs * group));
    }

    /// <summary>Writes the gradient of the weight, of [group][column][output] with rows of <see cref="DeformPlan.OutputRow"/>.</summary>
    public static void Unpack(DeformPlan plan, float* sums, nint group, float* target) => ParallelLoop.Run(
        plan.G.Outputs, (_, output) => UnpackOutput(plan, sums + output / plan.G.GroupOutputs * group, output, target));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackOutput(DeformPlan plan, bool turned, int output, float* packed)
    {
        DeformGeometry g = plan.G;
        float* from = plan.Weight + (nint)output * g.Columns;
        (int o, int outputs, int columns) = (output % g.GroupOutputs, g.GroupOutputs, g.Columns);
        int strip = Product.Strip<T>();
        for (int c = 0; c < g.GroupChannels; c++)
        {
            for (int t = 0; t < g.Taps; t++)
            {
                int column = t * g.GroupChannels + c;
                (int summand, int at) = turned ? (o, column) : (column, o);
                int inStrip = at % strip;
                (nint start, _) = turned
                    ? Product.StripAt<T>(summand, at - inStrip, outputs, columns)
                    : Product.StripAt<T>(summand, at - inStrip, columns, outputs);
                packed[start + inStrip] = *from++;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UnpackOutput(DeformPlan plan, float* sums, int output, float* target)
    {
        DeformGeometry g = plan.G;
        float* to = target + (nint)output * g.Columns;
        int o = output % g.GroupOutputs;
        for (int c = 0; c < g.GroupChannels; c++)
        {
            for (int t = 0; t < g.Taps; t++)
            {
                *to++ = sums[(nint)(t * g.GroupChannels + c) * plan.OutputRow + o];
            }
        }
    }
}
