using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Panoptes.Torch.Kernels;

/// <summary>
/// Transposes of float matrices, in squares of 4x4: a float at a time, they would take longer than all else that is done to weights.
/// </summary>
internal static unsafe class Transposition
{
    /// <summary>to[column][row] = from[row][column]; the steps are floats from a row of each to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(float* from, nint fromStep, int rows, int columns, float* to, nint toStep)
    {
        int row = 0;
        for (; row + 4 <= rows; row += 4)
        {
            float* source = from + row * fromStep;
            float* target = to + row;
            int column = 0;
            for (; column + 4 <= columns; column += 4)
            {
                Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + fromStep);
                Vector128<float> c = Vector128.Load(source + 2 * fromStep), d = Vector128.Load(source + 3 * fromStep);
                Vector128<float> low = Sse.UnpackLow(a, b), low2 = Sse.UnpackLow(c, d);
                Vector128<float> high = Sse.UnpackHigh(a, b), high2 = Sse.UnpackHigh(c, d);
                Sse.MoveLowToHigh(low, low2).Store(target);
                Sse.MoveHighToLow(low2, low).Store(target + toStep);
                Sse.MoveLowToHigh(high, high2).Store(target + 2 * toStep);
                Sse.MoveHighToLow(high2, high).Store(target + 3 * toStep);
                source += 4;
                target += 4 * toStep;
            }

            for (; column < columns; column++, source++, target += toStep)
            {
                for (int i = 0; i < 4; i++)
                {
                    target[i] = source[i * fromStep];
                }
            }
        }

        for (; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                to[column * toStep + row] = from[row * fromStep + column];
            }
        }
    }
}
