using Panoptes.Imaging;

namespace Panoptes.Training.Data;

/// <summary>Changes colors in place, as torchvision.transforms.functional defines it for images of bytes.</summary>
internal static class ColorChange
{
    // ITU-R 601-2's luma, with the digits that torchvision takes.
    private const float RedWeight = 0.2989f;
    private const float GreenWeight = 0.587f;
    private const float BlueWeight = 0.114f;

    // Floats to bytes: almost 256, so that 1 becomes 255 and all bytes are equally wide.
    private const float ByteScale = 255 + 1 - 1e-3f;

    /// <summary>Multiplies all values.</summary>
    public static void Brightness(Image image, float factor) => Blend(image, factor, 0);

    /// <summary>Multiplies the distance to the mean gray.</summary>
    public static void Contrast(Image image, float factor)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        long sum = 0;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            sum += (long)Gray(pixels[i], pixels[i + 1], pixels[i + 2]);
        }

        Blend(image, factor, (float)((double)sum / (pixels.Length / 3)));
    }

    /// <summary>Multiplies the distance to each pixel's own gray.</summary>
    public static void Saturation(Image image, float factor)
    {
        float rest = 1 - factor;
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            Span<byte> pixel = pixels.Slice(i, 3);
            float gray = rest * MathF.Floor(Gray(pixel[0], pixel[1], pixel[2]));
            pixel[0] = ToByte((factor * pixel[0]) + gray);
            pixel[1] = ToByte((factor * pixel[1]) + gray);
            pixel[2] = ToByte((factor * pixel[2]) + gray);
        }
    }

    /// <summary>Turns all hues.</summary>
    /// <param name="image">The image.</param>
    /// <param name="turn">The part of the circle, from −0.5 to 0.5.</param>
    public static void Hue(Image image, float turn)
    {
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            Span<byte> pixel = pixels.Slice(i, 3);
            float red = pixel[0] / 255f, green = pixel[1] / 255f, blue = pixel[2] / 255f;
            float most = MathF.Max(red, MathF.Max(green, blue)), least = MathF.Min(red, MathF.Min(green, blue));
            float spread = most - least;
            if (spread == 0)
            {
                // A gray has no hue; only the way there and back remains.
                pixel.Fill((byte)(most * ByteScale));
                continue;
            }

            float r = (most - red) / spread, g = (most - green) / spread, b = (most - blue) / spread;
            float hue = (red == most ? b - g : green == most ? 2 + r - b : 4 + g - r) / 6;
            hue += 1 + turn;
            hue -= MathF.Floor(hue);
            (red, green, blue) = FromHue(hue, spread / most, most);
            pixel[0] = (byte)(red * ByteScale);
            pixel[1] = (byte)(green * ByteScale);
            pixel[2] = (byte)(blue * ByteScale);
        }
    }

    private static (float Red, float Green, float Blue) FromHue(float hue, float saturation, float value)
    {
        float sector = MathF.Floor(hue * 6), rest = (hue * 6) - sector;
        float p = Math.Clamp(value * (1 - saturation), 0, 1);
        float q = Math.Clamp(value * (1 - (saturation * rest)), 0, 1);
        float t = Math.Clamp(value * (1 - (saturation * (1 - rest))), 0, 1);
        return ((int)sector % 6) switch
        {
            0 => (value, t, p),
            1 => (q, value, p),
            2 => (p, value, t),
            3 => (p, q, value),
            4 => (t, p, value),
            _ => (value, p, q),
        };
    }

    // factor · value + (1 − factor) · other is the same for all equal values: a table of 256.
    private static void Blend(Image image, float factor, float other)
    {
        Span<byte> table = stackalloc byte[256];
        for (int value = 0; value < table.Length; value++)
        {
            table[value] = ToByte((factor * value) + ((1 - factor) * other));
        }

        foreach (ref byte value in image.Pixels)
        {
            value = table[value];
        }
    }

    private static float Gray(byte red, byte green, byte blue) => (RedWeight * red) + (GreenWeight * green) + (BlueWeight * blue);

    private static byte ToByte(float value) => (byte)Math.Clamp(value, 0, 255);
}
