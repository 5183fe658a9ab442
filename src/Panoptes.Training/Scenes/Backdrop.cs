using Panoptes.Training.Data;

namespace Panoptes.Training.Scenes;

/// <summary>Paints the stuff: level bands with wavy borders, and now and then a pond or a meadow inside a band.</summary>
internal static class Backdrop
{
    private const byte Sky = 0, Grass = 1, Sand = 2, Water = 3;

    /// <summary>Covers the whole canvas; afterwards each pixel belongs to one stuff class.</summary>
    public static void Paint(SceneCanvas canvas, NoiseSet noise, ref RandomStream random)
    {
        byte[] bands = ChooseBands(ref random);
        float[][] borders = DrawBorders(canvas, bands.Length - 1, noise, ref random);
        StuffTexture[] textures = new StuffTexture[SceneCategories.Stuff.Count];
        for (int i = 0; i < textures.Length; i++)
            textures[i] = StuffTexture.Create(i, noise, canvas.Height, ref random);

        PaintBands(canvas, bands, borders, textures);
        if (random.NextBool(0.45))
            PaintPatch(canvas, textures, noise, ref random);
    }

    /// <summary>Two or three different classes from top to bottom; the sky is always the topmost.</summary>
    private static byte[] ChooseBands(ref RandomStream random)
    {
        byte[] ground = [Grass, Sand, Water];
        random.Shuffle<byte>(ground);
        int groundBands = 1 + random.NextInt(2);
        return random.NextBool(0.75) ? [Sky, .. ground[..groundBands]] : ground[..(groundBands + 1)];
    }

    /// <summary>For each border its height in every column, top border first, all within the image and in order.</summary>
    private static float[][] DrawBorders(SceneCanvas canvas, int count, NoiseSet noise, ref RandomStream random)
    {
        float[][] borders = new float[count][];
        float top = random.NextSingle(0.2f, 0.42f);
        float step = count > 1 ? random.NextSingle(0.2f, 0.34f) : 0;
        for (int i = 0; i < count; i++)
        {
            float level = (top + i * step) * canvas.Height;
            float slope = random.NextSingle(-0.12f, 0.12f);
            float amplitude = random.NextSingle(0.02f, 0.14f) * canvas.Height;
            float scale = random.NextSingle(0.25f, 0.9f);
            float row = random.NextSingle(0, 256), offset = random.NextSingle(0, 256);
            borders[i] = new float[canvas.Width];
            for (int x = 0; x < canvas.Width; x++)
            {
                float wave = noise.Clouds.At(offset + x * scale, row) - 0.5f;
                float y = level + slope * (x - 0.5f * canvas.Width) + amplitude * wave;
                borders[i][x] = i == 0 ? y : MathF.Max(y, borders[i - 1][x]);
            }
        }
        return borders;
    }

    private static void PaintBands(SceneCanvas canvas, byte[] bands, float[][] borders, StuffTexture[] textures)
    {
        for (int y = 0; y < canvas.Height; y++)
        {
            float center = y + 0.5f;
            for (int x = 0; x < canvas.Width; x++)
            {
                int band = 0;
                while (band < borders.Length && center >= borders[band][x])
                    band++;
                int pixel = y * canvas.Width + x;
                Tone tone = textures[bands[band]].At(x, y);
                // Half of the neighbor's color on the border itself, none a pixel's width away.
                if (band > 0 && center - borders[band - 1][x] < 0.75f)
                    tone = tone.Mix(textures[bands[band - 1]].At(x, y), 0.5f - (center - borders[band - 1][x]) / 1.5f);
                else if (band < borders.Length && borders[band][x] - center < 0.75f)
                    tone = tone.Mix(textures[bands[band + 1]].At(x, y), 0.5f - (borders[band][x] - center) / 1.5f);
                // Ground lies a little in the shade of what is behind it.
                if (band > 0)
                    tone *= 0.9f + 0.1f * Math.Clamp((center - borders[band - 1][x]) / 10, 0, 1);
                canvas.Tones[pixel] = tone;
                canvas.Stuff[pixel] = bands[band];
            }
        }
    }

    /// <summary>A region of one ground class inside the others, never on the sky.</summary>
    private static void PaintPatch(SceneCanvas canvas, StuffTexture[] textures, NoiseSet noise, ref RandomStream random)
    {
        byte stuff = (byte)random.NextInt(Grass, Water);
        Blob outline = new(ref random);
        float centerX = random.NextSingle(0.1f, 0.9f) * canvas.Width;
        float centerY = random.NextSingle(0.55f, 0.95f) * canvas.Height;
        float radius = random.NextSingle(0.15f, 0.34f) * canvas.Width;
        float flatten = random.NextSingle(0.4f, 0.7f);
        float offset = random.NextSingle(0, 256);
        int top = Math.Max(0, (int)(centerY - 1.3f * radius * flatten));
        int bottom = Math.Min(canvas.Height, (int)(centerY + 1.3f * radius * flatten) + 1);
        int left = Math.Max(0, (int)(centerX - 1.3f * radius)), right = Math.Min(canvas.Width, (int)(centerX + 1.3f * radius) + 1);
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                int pixel = y * canvas.Width + x;
                if (canvas.Stuff[pixel] == Sky)
                    continue;
                float u = (x + 0.5f - centerX) / radius, v = (y + 0.5f - centerY) / (radius * flatten);
                float fray = 0.1f * (noise.Clouds.At(offset + x * 0.8f, offset + y * 0.8f) - 0.5f);
                float distance = (outline.Distance(u, v) + fray) * radius * flatten;
                if (distance >= 0.75f)
                    continue;
                float cover = Math.Clamp(0.5f - distance / 1.5f, 0, 1);
                float shade = 0.88f + 0.12f * Math.Clamp(-distance / 6, 0, 1);
                canvas.Tones[pixel] = canvas.Tones[pixel].Mix(textures[stuff].At(x, y) * shade, cover);
                if (distance < 0)
                    canvas.Stuff[pixel] = stuff;
            }
        }
    }
}
