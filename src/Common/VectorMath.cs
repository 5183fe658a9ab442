using System.Numerics;
using System.Runtime.InteropServices;

namespace Panoptes;

/// <summary>Sums over spans of numbers, as many at once as the processor takes.</summary>
internal static class VectorMath
{
    /// <summary>The sum of the products; in four parts, so that no sum waits for the one before.</summary>
    /// <param name="x">Numbers.</param>
    /// <param name="y">At least as many.</param>
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, INumber<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(y.Length, x.Length);
        ref T first = ref MemoryMarshal.GetReference(x);
        ref T other = ref MemoryMarshal.GetReference(y);
        int width = Vector<T>.Count;
        Vector<T> a = Vector<T>.Zero;
        Vector<T> b = a;
        Vector<T> c = a;
        Vector<T> d = a;
        int k = 0;
        for (; k <= x.Length - (4 * width); k += 4 * width)
        {
            a += Vector.LoadUnsafe(ref first, (nuint)k) * Vector.LoadUnsafe(ref other, (nuint)k);
            b += Vector.LoadUnsafe(ref first, (nuint)(k + width)) * Vector.LoadUnsafe(ref other, (nuint)(k + width));
            c += Vector.LoadUnsafe(ref first, (nuint)(k + (2 * width))) * Vector.LoadUnsafe(ref other, (nuint)(k + (2 * width)));
            d += Vector.LoadUnsafe(ref first, (nuint)(k + (3 * width))) * Vector.LoadUnsafe(ref other, (nuint)(k + (3 * width)));
        }

        for (; k <= x.Length - width; k += width)
        {
            a += Vector.LoadUnsafe(ref first, (nuint)k) * Vector.LoadUnsafe(ref other, (nuint)k);
        }

        T sum = Vector.Sum(a + b + c + d);
        for (; k < x.Length; k++)
        {
            sum += x[k] * y[k];
        }

        return sum;
    }

    /// <summary>Adds multiples: <c>target += factor · x</c>.</summary>
    /// <param name="target">What is added to; as many numbers as <paramref name="x"/>.</param>
    /// <param name="x">Numbers.</param>
    /// <param name="factor">What they are multiplied by.</param>
    public static void AddScaled<T>(Span<T> target, ReadOnlySpan<T> x, T factor)
        where T : unmanaged, INumber<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, x.Length);
        ref T added = ref MemoryMarshal.GetReference(x);
        ref T sum = ref MemoryMarshal.GetReference(target);
        Vector<T> factors = new(factor);
        int k = 0;
        for (; k <= x.Length - Vector<T>.Count; k += Vector<T>.Count)
        {
            (Vector.LoadUnsafe(ref sum, (nuint)k) + (factors * Vector.LoadUnsafe(ref added, (nuint)k))).StoreUnsafe(ref sum, (nuint)k);
        }

        for (; k < x.Length; k++)
        {
            target[k] += factor * x[k];
        }
    }
}
