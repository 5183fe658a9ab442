using System.Runtime.CompilerServices;

namespace Panoptes.Torch.Kernels.Deform;

/// <summary>What both passes read, and how it lies in memory: images and offsets have their channels side by side.</summary>
/// <param name="g">Sizes and steps.</param>
/// <param name="x">[N, H, W, C].</param>
/// <param name="weight">[outputs, C / groups, kh, kw].</param>
/// <param name="offset">[N, H', W', offset group, tap, (y, x)].</param>
/// <param name="mask">[N, H', W', offset group, tap]; may be null.</param>
internal sealed unsafe class DeformPlan(DeformGeometry g, float* x, float* weight, float* offset, float* mask)
{
    // Floats of a block's columns: they stay in a core's own cache.
    private const int BlockFloats = 160 * 1024;

    public DeformGeometry G { get; } = g;

    public float* X { get; } = x;

    public float* Weight { get; } = weight;

    public bool HasMask { get; } = mask != null;

    /// <summary>
    /// Floats from a place's columns in one group to the next's: an odd number of sixteens, so that they spread over the cache.
    /// </summary>
    public int Row { get; } = Product.Columns(g.Columns) + 16;

    /// <summary>Floats from a place's outputs in one group to the next's.</summary>
    public int OutputRow { get; } = Product.Columns(g.GroupOutputs) + 16;

    /// <summary>Places that a thread has in work at a time: whole tiles of a product.</summary>
    public int Block { get; } = Math.Clamp(BlockFloats / (g.Groups * (g.Columns + 16)) / 6, 1, 64) * 6;

    /// <summary>
    /// Where a segment's floats of one tap lie in the columns [group][place][tap][channel] of <paramref name="places"/> places.
    /// </summary>
    public nint Column(in DeformSegment segment, int places, int place, int tap) =>
        ((nint)segment.Group * places + place) * Row + tap * G.GroupChannels + segment.First - segment.Group * G.GroupChannels;

    /// <summary>All samples of a place: [offset group][tap].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Locate(int place, DeformSample* samples)
    {
        int column = place % G.OutWidth, line = place / G.OutWidth % G.OutHeight, image = place / G.OutWidth / G.OutHeight;
        float* moved = offset + (nint)place * G.Samples * 2;
        float* factor = mask + (nint)place * G.Samples;
        for (int i = 0, tap = 0; i < G.Samples; i++, tap = tap + 1 == G.Taps ? 0 : tap + 1)
        {
            float y = line * G.StrideY - G.PaddingY + tap / G.KernelWidth * G.DilationY + moved[2 * i];
            float z = column * G.StrideX - G.PaddingX + tap % G.KernelWidth * G.DilationX + moved[2 * i + 1];

            // What is not a number stays none: it fails the comparison and passes into the shares.
            bool near = y > -1e6f && y < 1e6f && z > -1e6f && z < 1e6f;
            float top = MathF.Floor(y), left = MathF.Floor(z);
            DeformSample* sample = samples + i;
            sample->Mask = HasMask ? factor[i] : 1;
            sample->Down = float.IsInfinity(y) ? 0 : y - top;
            sample->Right = float.IsInfinity(z) ? 0 : z - left;
            int y0 = near ? (int)top : -2, x0 = near ? (int)left : -2;
            for (int k = 0; k < 4; k++)
            {
                int cy = y0 + k / 2, cx = x0 + k % 2;
                bool inside = (uint)cy < (uint)G.Height && (uint)cx < (uint)G.Width;
                sample->At[k] = inside ? (((long)image * G.Height + cy) * G.Width + cx) * G.Channels : -1;
            }
        }
    }
}
