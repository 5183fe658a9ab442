using Panoptes.Training.Data;

namespace Panoptes.Training.Scenes;

/// <summary>The look of one stuff region: its color at every pixel.</summary>
internal abstract class StuffTexture
{
    private protected StuffTexture(NoiseSet noise, ref RandomStream random)
    {
        Noise = noise;
        OffsetX = random.NextSingle(0, 256);
        OffsetY = random.NextSingle(0, 256);
    }

    private protected NoiseSet Noise { get; }

    private protected float OffsetX { get; }

    private protected float OffsetY { get; }

    /// <summary>Makes the texture of the given position in <see cref="SceneCategories.Stuff"/>.</summary>
    public static StuffTexture Create(int stuffIndex, NoiseSet noise, float imageHeight, ref RandomStream random) =>
        SceneCategories.Stuff[stuffIndex].Name switch
        {
            "sky" => new Sky(noise, imageHeight, ref random),
            "grass" => new Grass(noise, ref random),
            "sand" => new Sand(noise, ref random),
            "water" => new Water(noise, imageHeight, ref random),
            string name => throw new InvalidOperationException($"no texture for stuff '{name}'"),
        };

    /// <summary>The color at a pixel.</summary>
    public abstract Tone At(float x, float y);

    /// <summary>A pale or deep blue that lightens downwards, with clouds.</summary>
    private sealed class Sky : StuffTexture
    {
        private static readonly Tone s_cloud = new(0.97f, 0.97f, 0.98f);
        private readonly Tone _zenith, _horizon;
        private readonly float _height, _cover, _scale;

        public Sky(NoiseSet noise, float height, ref RandomStream random)
            : base(noise, ref random)
        {
            bool evening = random.NextBool(0.25);
            _zenith = (evening ? new Tone(0.38f, 0.42f, 0.66f) : new Tone(0.28f, 0.52f, 0.84f)).Jitter(ref random, 0.05f);
            _horizon = (evening ? new Tone(0.97f, 0.74f, 0.56f) : new Tone(0.76f, 0.88f, 0.95f)).Jitter(ref random, 0.04f);
            _height = height;
            _cover = random.NextSingle(0.45f, 0.75f);
            _scale = random.NextSingle(0.35f, 0.7f);
        }

        public override Tone At(float x, float y)
        {
            float depth = Math.Clamp(y / (0.7f * _height), 0, 1);
            float cloud = Noise.Clouds.At((x + OffsetX) * _scale, OffsetY + y * _scale * (1.4f + depth));
            Tone air = _zenith.Mix(_horizon, depth);
            return air.Mix(s_cloud * (0.92f + 0.08f * cloud), 0.9f * Waves.Step(_cover, _cover + 0.3f, cloud));
        }
    }

    /// <summary>Green, upright blades over light and dark patches.</summary>
    private sealed class Grass : StuffTexture
    {
        private readonly Tone _dark, _light;
        private readonly float _scale;

        public Grass(NoiseSet noise, ref RandomStream random)
            : base(noise, ref random)
        {
            float dry = random.NextSingle();
            _dark = new Tone(0.16f + 0.10f * dry, 0.32f, 0.10f).Jitter(ref random, 0.03f);
            _light = new Tone(0.46f + 0.22f * dry, 0.66f, 0.24f).Jitter(ref random, 0.05f);
            _scale = random.NextSingle(0.8f, 1.2f);
        }

        public override Tone At(float x, float y)
        {
            float patch = Noise.Clouds.At(OffsetX + x * 0.5f, OffsetY + y * 0.8f);
            float sway = 3 * patch;
            float blades = Noise.Grain.At((x + OffsetX) * 0.9f * _scale + sway, (y + OffsetY) * 0.22f * _scale);
            return _dark.Mix(_light, Math.Clamp(0.62f * blades + 0.5f * patch - 0.05f, 0, 1));
        }
    }

    /// <summary>Beige grain with soft ripples.</summary>
    private sealed class Sand : StuffTexture
    {
        private readonly Tone _base;
        private readonly float _ripple, _tilt, _strength;

        public Sand(NoiseSet noise, ref RandomStream random)
            : base(noise, ref random)
        {
            _base = new Tone(0.84f, 0.74f, 0.54f).Jitter(ref random, 0.05f);
            _ripple = random.NextSingle(0.05f, 0.09f);
            _tilt = random.NextSingle(-0.03f, 0.03f);
            _strength = random.NextSingle(0.02f, 0.07f);
        }

        public override Tone At(float x, float y)
        {
            float warp = Noise.Clouds.At(OffsetX + x * 0.6f, OffsetY + y * 0.6f);
            float grain = Noise.Grain.At((x + OffsetX) * 1.3f, (y + OffsetY) * 1.3f);
            float ripple = Waves.Sine(y * _ripple + x * _tilt + 2.2f * warp);
            return _base * (0.86f + 0.14f * warp + 0.20f * (grain - 0.5f) + _strength * ripple);
        }
    }

    /// <summary>Blue with level streaks that flatten towards the horizon, and glints.</summary>
    private sealed class Water : StuffTexture
    {
        private readonly Tone _deep, _bright;
        private readonly float _height, _glint;

        public Water(NoiseSet noise, float height, ref RandomStream random)
            : base(noise, ref random)
        {
            float green = random.NextSingle();
            _deep = new Tone(0.06f, 0.24f + 0.12f * green, 0.42f).Jitter(ref random, 0.04f);
            _bright = new Tone(0.24f, 0.52f + 0.12f * green, 0.68f).Jitter(ref random, 0.05f);
            _height = height;
            _glint = random.NextSingle(0.78f, 0.9f);
        }

        public override Tone At(float x, float y)
        {
            float near = Math.Clamp(y / _height, 0, 1);
            float swell = Noise.Clouds.At(OffsetX + x * 0.45f, OffsetY + y * (2.6f - 1.2f * near));
            float ripples = Noise.Grain.At(OffsetX + x * 0.16f + 4 * swell, OffsetY + y * (0.95f - 0.35f * near));
            float light = 0.55f * swell + 0.45f * ripples;
            return _deep.Mix(_bright, light).Lift(0.4f * Waves.Step(_glint, 1, light + 0.25f * ripples));
        }
    }
}
