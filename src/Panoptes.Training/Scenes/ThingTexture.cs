using Panoptes.Training.Data;

namespace Panoptes.Training.Scenes;

/// <summary>
/// The surface of one thing: a pattern in two colors. Each class has a favorite pattern that many of its things wear; the
/// colors are free, so that neither color nor pattern alone tells the class.
/// </summary>
internal readonly struct ThingTexture
{
    private enum Pattern : byte
    {
        Plain,
        Stripes,
        Dots,
        Checks,
        Marble,
        Rim,
    }

    private const int PatternCount = 6;

    private readonly NoiseSet _noise;
    private readonly Pattern _pattern;
    private readonly Tone _first, _second;
    private readonly float _frequency, _softness, _offsetX, _offsetY;

    public ThingTexture(int classIndex, float radius, double favorite, NoiseSet noise, ref RandomStream random)
    {
        _noise = noise;
        _pattern = (Pattern)(random.NextBool(favorite) ? classIndex % PatternCount : random.NextInt(PatternCount));
        float hue = random.NextSingle();
        _first = Tone.FromHsv(hue, random.NextSingle(0.5f, 0.95f), random.NextSingle(0.6f, 1f));
        _second = random.NextInt(3) switch
        {
            0 => Tone.FromHsv(hue + random.NextSingle(-0.06f, 0.06f), random.NextSingle(0.05f, 0.3f), random.NextSingle(0.85f, 1f)),
            1 => Tone.FromHsv(hue + random.NextSingle(-0.06f, 0.06f), random.NextSingle(0.7f, 1f), random.NextSingle(0.2f, 0.4f)),
            _ => Tone.FromHsv(hue + 0.5f + random.NextSingle(-0.1f, 0.1f), random.NextSingle(0.4f, 0.9f), random.NextSingle(0.6f, 1f)),
        };
        // Periods never get finer than about six pixels.
        _frequency = MathF.Min(random.NextSingle(1.2f, 2.6f), radius / 6);
        _softness = Math.Clamp(3.5f * _frequency / radius, 0.05f, 0.6f);
        _offsetX = random.NextSingle(0, 256);
        _offsetY = random.NextSingle(0, 256);
    }

    /// <summary>The color at a point, without light.</summary>
    /// <param name="u">Right, in the thing's own frame, where it fits [-1, 1].</param>
    /// <param name="v">Down, likewise.</param>
    /// <param name="depth">Distance from the outline in the same unit, positive inside.</param>
    /// <param name="x">Right, in pixels.</param>
    /// <param name="y">Down, in pixels.</param>
    public Tone At(float u, float v, float depth, float x, float y)
    {
        float second = _pattern switch
        {
            Pattern.Stripes => Waves.Step(-_softness, _softness, Waves.Sine(u * _frequency + 0.08f * Waves.Sine(v * 0.7f))),
            Pattern.Dots => Dots(u, v),
            Pattern.Checks => Waves.Step(-_softness, _softness, 2 * Waves.Sine(u * _frequency * 0.8f) * Waves.Sine(v * _frequency * 0.8f)),
            Pattern.Marble => Waves.Step(0.3f, 0.7f, _noise.Clouds.At(_offsetX + u * 40, _offsetY + v * 40)),
            Pattern.Rim => Waves.Step(-0.06f, 0.06f, 0.16f - depth),
            _ => 0.12f,
        };
        float grain = _noise.Grain.At(_offsetX + x, _offsetY + y) - 0.5f;
        return _first.Mix(_second, second) * (1 + 0.12f * grain);
    }

    private float Dots(float u, float v)
    {
        float a = u * _frequency * 1.2f, b = v * _frequency * 1.2f;
        a -= MathF.Floor(a + 0.5f);
        b -= MathF.Floor(b + 0.5f);
        return Waves.Step(-_softness, _softness, 0.3f - MathF.Sqrt(a * a + b * b));
    }
}
