using System.Runtime.CompilerServices;

namespace Panoptes.Training.Scenes;

/// <summary>Periodic functions out of nothing but additions and multiplications: the C library's sine differs between machines.</summary>
internal static class Waves
{
    /// <summary>
    /// Sine of an angle in turns, to about 1e-3: a parabola and its square (absolute accuracy does not matter, equality does).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sine(float turns)
    {
        float t = turns - MathF.Floor(turns + 0.5f);
        float y = 8 * t * (1 - 2 * MathF.Abs(t));
        return y + 0.225f * (y * MathF.Abs(y) - y);
    }

    /// <summary>Cosine of an angle in turns.</summary>
    public static float Cosine(float turns) => Sine(turns + 0.25f);

    /// <summary>0 below <paramref name="from"/>, 1 above <paramref name="to"/>, a smooth step between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Step(float from, float to, float value)
    {
        float t = Math.Clamp((value - from) / (to - from), 0, 1);
        return t * t * (3 - 2 * t);
    }
}
