using System.Runtime.CompilerServices;

namespace Panoptes.Torch.Kernels.Deform;

/// <summary>What is done with the channels of one sample: its four corners and their shares.</summary>
internal static unsafe class DeformVectors<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>Writes the interpolation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Interpolate(float** corners, float* shares, int count, float* result)
    {
        float* a = corners[0], b = corners[1], c = corners[2], d = corners[3];
        T p = T.Broadcast(shares[0]), q = T.Broadcast(shares[1]), r = T.Broadcast(shares[2]), s = T.Broadcast(shares[3]);
        int i = 0;
        for (; i + T.Count <= count; i += T.Count)
        {
            Mix(p, T.Load(a + i), q, T.Load(b + i), r, T.Load(c + i), s, T.Load(d + i)).Store(result + i);
        }

        for (; i < count; i++)
        {
            result[i] = shares[0] * a[i] + shares[1] * b[i] + shares[2] * c[i] + shares[3] * d[i];
        }
    }

    /// <summary>Writes the interpolation, and adds the products of each corner with the gradient of the columns to dots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InterpolateAndMultiply(float** corners, float* shares, float* gradient, int count, float* result, float* dots)
    {
        float* a = corners[0], b = corners[1], c = corners[2], d = corners[3];
        T p = T.Broadcast(shares[0]), q = T.Broadcast(shares[1]), r = T.Broadcast(shares[2]), s = T.Broadcast(shares[3]);
        T sumA = T.Zero, sumB = T.Zero, sumC = T.Zero, sumD = T.Zero;
        int i = 0;
        for (; i + T.Count <= count; i += T.Count)
        {
            T va = T.Load(a + i), vb = T.Load(b + i), vc = T.Load(c + i), vd = T.Load(d + i), g = T.Load(gradient + i);
            Mix(p, va, q, vb, r, vc, s, vd).Store(result + i);
            sumA = T.MultiplyAdd(va, g, sumA);
            sumB = T.MultiplyAdd(vb, g, sumB);
            sumC = T.MultiplyAdd(vc, g, sumC);
            sumD = T.MultiplyAdd(vd, g, sumD);
        }

        dots[0] += sumA.Sum();
        dots[1] += sumB.Sum();
        dots[2] += sumC.Sum();
        dots[3] += sumD.Sum();
        for (; i < count; i++)
        {
            result[i] = shares[0] * a[i] + shares[1] * b[i] + shares[2] * c[i] + shares[3] * d[i];
            dots[0] += a[i] * gradient[i];
            dots[1] += b[i] * gradient[i];
            dots[2] += c[i] * gradient[i];
            dots[3] += d[i] * gradient[i];
        }
    }

    /// <summary>
    /// Adds the gradient of a sample to its corners, one after the other: several of them may be the place that stands for the outside.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(float** corners, float* shares, float* gradient, int count)
    {
        float* a = corners[0], b = corners[1], c = corners[2], d = corners[3];
        T p = T.Broadcast(shares[0]), q = T.Broadcast(shares[1]), r = T.Broadcast(shares[2]), s = T.Broadcast(shares[3]);
        int i = 0;
        for (; i + T.Count <= count; i += T.Count)
        {
            T g = T.Load(gradient + i);
            T.MultiplyAdd(p, g, T.Load(a + i)).Store(a + i);
            T.MultiplyAdd(q, g, T.Load(b + i)).Store(b + i);
            T.MultiplyAdd(r, g, T.Load(c + i)).Store(c + i);
            T.MultiplyAdd(s, g, T.Load(d + i)).Store(d + i);
        }

        for (; i < count; i++)
        {
            a[i] += shares[0] * gradient[i];
            b[i] += shares[1] * gradient[i];
            c[i] += shares[2] * gradient[i];
            d[i] += shares[3] * gradient[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Mix(T p, T a, T q, T b, T r, T c, T s, T d) =>
        T.MultiplyAdd(p, a, q * b) + T.MultiplyAdd(r, c, s * d);
}
