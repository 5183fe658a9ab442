using System.Runtime.CompilerServices;
using Panoptes.Training.Data;

namespace Panoptes.Training.Scenes;

/// <summary>A color in linear steps, components nominally in [0, 1].</summary>
internal readonly record struct Tone(float R, float G, float B)
{
    public static Tone operator *(Tone tone, float factor) => new(tone.R * factor, tone.G * factor, tone.B * factor);

    public static Tone operator *(Tone a, Tone b) => new(a.R * b.R, a.G * b.G, a.B * b.B);

    public static Tone operator +(Tone a, Tone b) => new(a.R + b.R, a.G + b.G, a.B + b.B);

    /// <summary>This tone at 0, the other at 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Tone Mix(Tone other, float amount) =>
        new(R + amount * (other.R - R), G + amount * (other.G - G), B + amount * (other.B - B));

    /// <summary>Adds the same amount to each component.</summary>
    public Tone Lift(float amount) => new(R + amount, G + amount, B + amount);

    /// <summary>Hue, saturation and value in [0, 1] to red, green and blue.</summary>
    public static Tone FromHsv(float hue, float saturation, float value)
    {
        return new(Component(5), Component(3), Component(1));

        float Component(float n)
        {
            float k = n + hue * 6;
            k -= 6 * MathF.Floor(k / 6);
            return value - value * saturation * MathF.Max(0, MathF.Min(MathF.Min(k, 4 - k), 1));
        }
    }

    /// <summary>This tone, each component shifted by up to <paramref name="amount"/> either way.</summary>
    public Tone Jitter(ref RandomStream random, float amount) =>
        new(R + random.NextSingle(-amount, amount), G + random.NextSingle(-amount, amount), B + random.NextSingle(-amount, amount));
}
