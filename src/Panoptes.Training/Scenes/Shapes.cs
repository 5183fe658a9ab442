using System.Runtime.CompilerServices;
using Panoptes.Training.Data;

namespace Panoptes.Training.Scenes;

/// <summary>
/// An outline: a function of the plane that is negative inside, positive outside and about the distance to the outline near it.
/// Shapes fit the square [-1, 1] x [-1, 1].
/// </summary>
internal interface IShape
{
    /// <summary>Signed distance of a point to the outline.</summary>
    float Distance(float x, float y);
}

/// <summary>A filled circle, or an ellipse before its thing is squeezed.</summary>
internal readonly struct Disk : IShape
{
    public float Distance(float x, float y) => MathF.Sqrt(x * x + y * y) - 1;
}

/// <summary>A circle with a round hole.</summary>
internal readonly struct Ring(float hole) : IShape
{
    public float Distance(float x, float y)
    {
        float radius = MathF.Sqrt(x * x + y * y);
        return MathF.Abs(radius - 0.5f * (1 + hole)) - 0.5f * (1 - hole);
    }
}

/// <summary>A rectangle with rounded corners: a square for equal half sides, a bar for unequal ones.</summary>
internal readonly struct Slab(float halfWidth, float halfHeight, float corner) : IShape
{
    public float Distance(float x, float y)
    {
        float dx = MathF.Abs(x) - halfWidth + corner, dy = MathF.Abs(y) - halfHeight + corner;
        float outX = MathF.Max(dx, 0), outY = MathF.Max(dy, 0);
        return MathF.Sqrt(outX * outX + outY * outY) + MathF.Min(MathF.Max(dx, dy), 0) - corner;
    }
}

/// <summary>A triangle of equal sides, its center at the origin, one corner up.</summary>
internal readonly struct Triangle : IShape
{
    public float Distance(float x, float y)
    {
        const float inradius = 0.5f, slope = 0.8660254f;
        return MathF.Max(y, slope * MathF.Abs(x) - 0.5f * y) - inradius;
    }
}

/// <summary>A star of five tips, one of them up.</summary>
internal readonly struct Star(float innerRadius) : IShape
{
    // Half a tip spans 36 degrees: the mirrors through the center stand at 90 and at 54 degrees.
    private const float Cos54 = 0.58778525f, Sin54 = 0.80901699f;

    public float Distance(float x, float y)
    {
        y = -y;
        x = MathF.Abs(x);
        Fold(ref x, ref y);
        x = MathF.Abs(x);
        Fold(ref x, ref y);
        x = MathF.Abs(x);
        // The edge from the inner corner to the tip at (0, 1); its normal points out.
        float edgeX = innerRadius * Cos54, edgeY = innerRadius * Sin54 - 1;
        return (edgeX * (y - 1) - edgeY * x) / MathF.Sqrt(edgeX * edgeX + edgeY * edgeY);
    }

    /// <summary>Mirrors what lies below the mirror at 54 degrees to above it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold(ref float x, ref float y)
    {
        float below = 2 * MathF.Min(y * Cos54 - x * Sin54, 0);
        x += below * Sin54;
        y -= below * Cos54;
    }
}

/// <summary>Two bars across each other.</summary>
internal readonly struct Cross(float halfArm) : IShape
{
    public float Distance(float x, float y)
    {
        x = MathF.Abs(x);
        y = MathF.Abs(y);
        // The union of |x| <= 1, |y| <= arm and its transpose.
        return MathF.Max(MathF.Max(x, y) - 1, MathF.Min(x, y) - halfArm);
    }
}

/// <summary>Two separate circles side by side: one thing in two pieces.</summary>
internal readonly struct Pair(float radius) : IShape
{
    public float Distance(float x, float y)
    {
        float dx = MathF.Abs(x) - (1 - radius);
        return MathF.Sqrt(dx * dx + y * y) - radius;
    }
}

/// <summary>A round region with a wavy outline; the shape of ponds and meadows.</summary>
internal readonly struct Blob : IShape
{
    private readonly float _cos2, _sin2, _cos3, _sin3, _cos5, _sin5;

    public Blob(ref RandomStream random)
    {
        (_cos2, _sin2) = Harmonic(ref random, 0.16f);
        (_cos3, _sin3) = Harmonic(ref random, 0.12f);
        (_cos5, _sin5) = Harmonic(ref random, 0.06f);
    }

    public float Distance(float x, float y)
    {
        float radius = MathF.Sqrt(x * x + y * y) + 1e-6f;
        // Powers of the unit complex number give the cosines and sines of the angle's multiples.
        float c = x / radius, s = y / radius;
        float c2 = c * c - s * s, s2 = 2 * c * s;
        float c3 = c2 * c - s2 * s, s3 = s2 * c + c2 * s;
        float c5 = c3 * c2 - s3 * s2, s5 = s3 * c2 + c3 * s2;
        return radius - 0.75f - _cos2 * c2 - _sin2 * s2 - _cos3 * c3 - _sin3 * s3 - _cos5 * c5 - _sin5 * s5;
    }

    private static (float Cosine, float Sine) Harmonic(ref RandomStream random, float amplitude) =>
        (random.NextSingle(-amplitude, amplitude), random.NextSingle(-amplitude, amplitude));
}
