using System.Runtime.CompilerServices;

namespace Panoptes.Torch.Kernels.Winograd;

/// <summary>
/// The transforms of F(4x4, 3x3): V = Bᵀ d B of an input tile, U = G g Gᵀ of a kernel, Y = Aᵀ M A, and their transposes for the gradient of
/// the kernel, A dY Aᵀ and Gᵀ dU G. All channels of one tile, some at a time; a transformed tile has 36 places, <c>step</c> floats apart.
/// </summary>
/// <remarks>Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv 1509.09308, sections 4.2 and 4.3.</remarks>
internal static unsafe class Transforms<T>
    where T : unmanaged, ILanes<T>
{
    // Vectors in between: a square of 6x6, at the start of a cache line.
    private const int Between = 36 * 16;

    /// <summary>V of a tile of 6x6 pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(float** pixels, int channels, float* v, nint step)
    {
        float* memory = stackalloc float[Between + 16];
        float* half = Aligned(memory);
        for (int c = 0; c < channels; c += T.Count)
        {
            for (int s = 0; s < 6; s++)
            {
                InputLine(
                    T.Load(pixels[s] + c), T.Load(pixels[s + 6] + c), T.Load(pixels[s + 12] + c), T.Load(pixels[s + 18] + c),
                    T.Load(pixels[s + 24] + c), T.Load(pixels[s + 30] + c), half + s * T.Count, 6 * T.Count);
            }

            float* from = half;
            float* to = v + c;
            for (int r = 0; r < 6; r++)
            {
                InputLine(
                    T.Load(from), T.Load(from + T.Count), T.Load(from + 2 * T.Count), T.Load(from + 3 * T.Count),
                    T.Load(from + 4 * T.Count), T.Load(from + 5 * T.Count), to, step);
                from += 6 * T.Count;
                to += 6 * step;
            }
        }
    }

    /// <summary>The 4x4 pixels of an output tile, with <paramref name="bias"/> (or null) added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(float* m, nint step, int channels, float* bias, float** pixels)
    {
        float* memory = stackalloc float[Between + 16];
        float* half = Aligned(memory);
        for (int c = 0; c < channels; c += T.Count)
        {
            float* from = m + c;
            for (int s = 0; s < 6; s++)
            {
                OutputLine(
                    T.Load(from), T.Load(from + 6 * step), T.Load(from + 12 * step), T.Load(from + 18 * step), T.Load(from + 24 * step),
                    T.Load(from + 30 * step), out T y0, out T y1, out T y2, out T y3);
                float* to = half + s * T.Count;
                y0.Store(to);
                y1.Store(to + 6 * T.Count);
                y2.Store(to + 12 * T.Count);
                y3.Store(to + 18 * T.Count);
                from += step;
            }

            T shift = bias != null ? T.Load(bias + c) : T.Zero;
            from = half;
            for (int r = 0; r < 4; r++)
            {
                OutputLine(
                    T.Load(from), T.Load(from + T.Count), T.Load(from + 2 * T.Count), T.Load(from + 3 * T.Count),
                    T.Load(from + 4 * T.Count), T.Load(from + 5 * T.Count), out T y0, out T y1, out T y2, out T y3);
                (y0 + shift).Store(pixels[4 * r] + c);
                (y1 + shift).Store(pixels[4 * r + 1] + c);
                (y2 + shift).Store(pixels[4 * r + 2] + c);
                (y3 + shift).Store(pixels[4 * r + 3] + c);
                from += 6 * T.Count;
            }
        }
    }

    /// <summary>A dY Aᵀ of the 4x4 pixels of an output's gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OutputGradient(float** pixels, int channels, float* d, nint step)
    {
        float* memory = stackalloc float[Between + 16];
        float* half = Aligned(memory);
        for (int c = 0; c < channels; c += T.Count)
        {
            for (int s = 0; s < 4; s++)
            {
                OutputGradientLine(
                    T.Load(pixels[s] + c), T.Load(pixels[s + 4] + c), T.Load(pixels[s + 8] + c), T.Load(pixels[s + 12] + c),
                    half + s * T.Count, 4 * T.Count);
            }

            float* from = half;
            float* to = d + c;
            for (int r = 0; r < 6; r++)
            {
                OutputGradientLine(
                    T.Load(from), T.Load(from + T.Count), T.Load(from + 2 * T.Count), T.Load(from + 3 * T.Count), to, step);
                from += 4 * T.Count;
                to += 6 * step;
            }
        }
    }

    /// <summary>U of some kernels: taps as [9][columns].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Kernel(float* taps, int columns, float* u, nint step)
    {
        float* memory = stackalloc float[Between + 16];
        float* half = Aligned(memory);
        for (int c = 0; c < columns; c += T.Count)
        {
            for (int s = 0; s < 3; s++)
            {
                float* tap = taps + s * columns + c;
                KernelLine(T.Load(tap), T.Load(tap + 3 * columns), T.Load(tap + 6 * columns), half + s * T.Count, 3 * T.Count);
            }

            for (int r = 0; r < 6; r++)
            {
                float* from = half + r * 3 * T.Count;
                KernelLine(T.Load(from), T.Load(from + T.Count), T.Load(from + 2 * T.Count), u + c + r * 6 * step, step);
            }
        }
    }

    /// <summary>The gradient of some kernels, as [9][columns], of that of their U.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void KernelGradient(float* du, nint step, int columns, float* taps)
    {
        float* memory = stackalloc float[Between + 16];
        float* half = Aligned(memory);
        for (int c = 0; c < columns; c += T.Count)
        {
            for (int s = 0; s < 6; s++)
            {
                float* from = du + c + s * step;
                KernelGradientLine(
                    T.Load(from), T.Load(from + 6 * step), T.Load(from + 12 * step), T.Load(from + 18 * step), T.Load(from + 24 * step),
                    T.Load(from + 30 * step), half + s * T.Count, 6 * T.Count);
            }

            for (int r = 0; r < 3; r++)
            {
                float* from = half + r * 6 * T.Count;
                KernelGradientLine(
                    T.Load(from), T.Load(from + T.Count), T.Load(from + 2 * T.Count), T.Load(from + 3 * T.Count),
                    T.Load(from + 4 * T.Count), T.Load(from + 5 * T.Count), taps + 3 * r * columns + c, columns);
            }
        }
    }

    private static float* Aligned(float* memory) => (float*)(((nint)memory + 63) & ~63);

    // Bᵀ d of one line of six.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputLine(T d0, T d1, T d2, T d3, T d4, T d5, float* to, nint step)
    {
        T minusFour = T.Broadcast(-4), minusFive = T.Broadcast(-5), four = T.Broadcast(4), two = T.Broadcast(2);
        T even = T.MultiplyAdd(minusFour, d2, d4), odd = T.MultiplyAdd(minusFour, d1, d3);
        T even2 = d4 - d2, odd2 = two * (d3 - d1);
        T.MultiplyAdd(four, d0, T.MultiplyAdd(minusFive, d2, d4)).Store(to);
        (even + odd).Store(to + step);
        (even - odd).Store(to + 2 * step);
        (even2 + odd2).Store(to + 3 * step);
        (even2 - odd2).Store(to + 4 * step);
        T.MultiplyAdd(four, d1, T.MultiplyAdd(minusFive, d3, d5)).Store(to + 5 * step);
    }

    // Aᵀ m of one line of six.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputLine(T m0, T m1, T m2, T m3, T m4, T m5, out T y0, out T y1, out T y2, out T y3)
    {
        T sum = m1 + m2, difference = m1 - m2, sum2 = m3 + m4, difference2 = m3 - m4;
        y0 = m0 + sum + sum2;
        y1 = T.MultiplyAdd(T.Broadcast(2), difference2, difference);
        y2 = T.MultiplyAdd(T.Broadcast(4), sum2, sum);
        y3 = T.MultiplyAdd(T.Broadcast(8), difference2, difference + m5);
    }

    // A y of one line of four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputGradientLine(T y0, T y1, T y2, T y3, float* to, nint step)
    {
        T four = T.Broadcast(4);
        T even = y0 + y2, odd = y1 + y3, even2 = T.MultiplyAdd(four, y2, y0), odd2 = T.Broadcast(2) * T.MultiplyAdd(four, y3, y1);
        y0.Store(to);
        (even + odd).Store(to + step);
        (even - odd).Store(to + 2 * step);
        (even2 + odd2).Store(to + 3 * step);
        (even2 - odd2).Store(to + 4 * step);
        y3.Store(to + 5 * step);
    }

    // G g of one line of three.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KernelLine(T g0, T g1, T g2, float* to, nint step)
    {
        T minusSixth = T.Broadcast(-1f / 6), outer = g0 + g2;
        T outer2 = T.MultiplyAdd(g0, T.Broadcast(1f / 24), g2 * T.Broadcast(1f / 6)), inner2 = g1 * T.Broadcast(1f / 12);
        (g0 * T.Broadcast(0.25f)).Store(to);
        ((outer + g1) * minusSixth).Store(to + step);
        ((outer - g1) * minusSixth).Store(to + 2 * step);
        (outer2 + inner2).Store(to + 3 * step);
        (outer2 - inner2).Store(to + 4 * step);
        g2.Store(to + 5 * step);
    }

    // Gᵀ p of one line of six.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KernelGradientLine(T p0, T p1, T p2, T p3, T p4, T p5, float* to, nint step)
    {
        T sixth = T.Broadcast(1f / 6), sum = (p1 + p2) * sixth, sum2 = p3 + p4;
        (T.MultiplyAdd(p0, T.Broadcast(0.25f), sum2 * T.Broadcast(1f / 24)) - sum).Store(to);
        T.MultiplyAdd(p2 - p1, sixth, (p3 - p4) * T.Broadcast(1f / 12)).Store(to + step);
        (T.MultiplyAdd(sum2, sixth, p5) - sum).Store(to + 2 * step);
    }
}
