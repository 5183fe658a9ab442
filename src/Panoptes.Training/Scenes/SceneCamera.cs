using Panoptes.Imaging;
using Panoptes.Training.Data;

namespace Panoptes.Training.Scenes;

/// <summary>What makes an image of a canvas: light, vignette and sensor noise.</summary>
internal readonly struct SceneCamera
{
    private readonly Tone _light;
    private readonly float _vignette;
    private readonly float _strength;

    /// <summary>Draws a camera at random.</summary>
    public SceneCamera(ref RandomStream random)
    {
        float exposure = random.NextSingle(0.82f, 1.12f) * 255;
        float warmth = random.NextSingle(-0.05f, 0.05f);
        _light = new(exposure * (1 + warmth), exposure, exposure * (1 - warmth));
        _vignette = random.NextSingle(0.05f, 0.25f);
        _strength = random.NextSingle(1.5f, 5f) / 256;
    }

    /// <summary>Takes an image.</summary>
    /// <param name="canvas">What is seen.</param>
    /// <param name="random">The noise.</param>
    public Image Develop(SceneCanvas canvas, ref RandomStream random)
    {
        Image image = new(canvas.Width, canvas.Height);
        for (int y = 0; y < canvas.Height; y++)
        {
            float dy = 2 * (y + 0.5f) / canvas.Height - 1;
            Span<byte> row = image.Row(y);
            for (int x = 0; x < canvas.Width; x++)
            {
                float dx = 2 * (x + 0.5f) / canvas.Width - 1;
                Tone tone = canvas.Tones[y * canvas.Width + x] * _light * (1 - _vignette * 0.5f * (dx * dx + dy * dy));
                // Two bytes of one draw for each channel: a triangular distribution, close to a normal one.
                ulong bits = random.NextUInt64();
                row[3 * x] = Quantize(tone.R + _strength * Grain(bits));
                row[3 * x + 1] = Quantize(tone.G + _strength * Grain(bits >> 16));
                row[3 * x + 2] = Quantize(tone.B + _strength * Grain(bits >> 32));
            }
        }
        return image;

        static int Grain(ulong bits) => (int)(bits & 255) + (int)((bits >> 8) & 255) - 255;
        static byte Quantize(float value) => (byte)Math.Clamp((int)(value + 0.5f), 0, 255);
    }
}
