using System.Buffers;

namespace Panoptes.Training.Scenes;

/// <summary>
/// The signed distances, in units of the thing's radius, at the pixel centers around one thing: enough to count its pixels, to
/// cast its shadow and to light its surface. The rectangle reaches beyond the outline and is cut at the image's border.
/// </summary>
internal sealed class ThingLayer : IDisposable
{
    private const int ShadowReach = 14;
    private readonly Thing _thing;
    private readonly float[] _distances;
    private readonly int _left, _top, _width, _height;

    public ThingLayer(Thing thing, int imageWidth, int imageHeight)
    {
        _thing = thing;
        float reach = thing.Radius * 1.05f + ShadowReach;
        _left = Math.Max(-ShadowReach, (int)MathF.Floor(thing.CenterX - reach));
        _top = Math.Max(-ShadowReach, (int)MathF.Floor(thing.CenterY - reach));
        _width = Math.Max(0, Math.Min(imageWidth + ShadowReach, (int)MathF.Ceiling(thing.CenterX + reach)) - _left);
        _height = Math.Max(0, Math.Min(imageHeight + ShadowReach, (int)MathF.Ceiling(thing.CenterY + reach)) - _top);
        _distances = ArrayPool<float>.Shared.Rent(Math.Max(1, _width * _height));
        Measure();
    }

    public void Dispose() => ArrayPool<float>.Shared.Return(_distances);

    /// <summary>Pixels of the image inside the outline.</summary>
    public int CountPixels(SceneCanvas canvas)
    {
        int count = 0;
        foreach (int y in Rows(canvas))
        {
            foreach (float distance in Row(y, canvas, out _)) count += distance < 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>Adds, by owner, the pixels that this thing would take from the things behind it.</summary>
    public void CountHidden(SceneCanvas canvas, Span<int> hiddenByOwner)
    {
        foreach (int y in Rows(canvas))
        {
            ReadOnlySpan<float> row = Row(y, canvas, out int left);
            ReadOnlySpan<byte> owners = canvas.Owners.AsSpan(y * canvas.Width + left, row.Length);
            for (int x = 0; x < row.Length; x++)
            {
                if (row[x] < 0)
                    hiddenByOwner[owners[x]]++;
            }
        }
    }

    /// <summary>Darkens what lies behind, to the lower right of the outline.</summary>
    public void PaintShadow(SceneCanvas canvas)
    {
        int shift = Math.Clamp((int)(_thing.Radius * 0.1f), 1, ShadowReach / 2);
        float soft = (shift + 1) / _thing.Radius;
        foreach (int y in Rows(canvas))
        {
            if (y - shift < _top)
                continue;
            for (int x = Math.Max(0, _left + shift); x < Math.Min(canvas.Width, _left + _width); x++)
            {
                float distance = _distances[(y - shift - _top) * _width + x - shift - _left];
                if (distance < soft)
                    canvas.Tones[y * canvas.Width + x] *= 1 - 0.42f * Waves.Step(-soft, soft, -distance);
            }
        }
    }

    /// <summary>Paints the thing with soft edges and makes it the owner of the pixels whose center it covers.</summary>
    public void PaintSurface(SceneCanvas canvas, byte owner)
    {
        foreach (int y in Rows(canvas))
        {
            if (y <= _top || y >= _top + _height - 1)
                continue;
            for (int x = Math.Max(0, _left + 1); x < Math.Min(canvas.Width, _left + _width - 1); x++)
            {
                int at = (y - _top) * _width + x - _left;
                float distance = _distances[at];
                if (distance * _thing.Radius > 2)
                    continue;
                // The gradient turns the shape's own measure into pixels, and is the slope that the light falls on.
                float slopeX = 0.5f * (_distances[at + 1] - _distances[at - 1]);
                float slopeY = 0.5f * (_distances[at + _width] - _distances[at - _width]);
                float slope = MathF.Sqrt(slopeX * slopeX + slopeY * slopeY);
                float pixels = distance / MathF.Max(slope, 0.25f / _thing.Radius);
                float cover = Math.Clamp(0.5f - pixels, 0, 1);
                if (cover <= 0)
                    continue;
                int pixel = y * canvas.Width + x;
                float inverse = slope > 0 ? 1 / slope : 0;
                Tone surface = Light(x, y, -distance, slopeX * inverse, slopeY * inverse);
                canvas.Tones[pixel] = canvas.Tones[pixel].Mix(surface, cover);
                if (distance < 0)
                    canvas.Owners[pixel] = owner;
            }
        }
    }

    private Tone Light(int x, int y, float depth, float outX, float outY)
    {
        (float u, float v) = _thing.ToOwn(x + 0.5f, y + 0.5f);
        Tone color = _thing.Texture.At(u, v, depth, x, y);
        // A quarter circle from the outline to the bevel's inner end; flat beyond it. Light from the upper left, in front.
        float tilt = 1 - Math.Clamp(depth / _thing.Bevel, 0, 1);
        tilt *= tilt;
        float facing = MathF.Sqrt(1 - 0.85f * tilt * tilt);
        float towards = -0.42f * outX * tilt - 0.55f * outY * tilt + 0.72f * facing;
        float highlight = MathF.Max(0, towards);
        highlight *= highlight;
        highlight *= highlight;
        highlight *= highlight;
        return (color * (0.42f + 0.78f * MathF.Max(0, towards))).Lift(_thing.Gloss * highlight);
    }

    private IEnumerable<int> Rows(SceneCanvas canvas)
    {
        int end = Math.Min(canvas.Height, _top + _height);
        for (int y = Math.Max(0, _top); y < end; y++)
            yield return y;
    }

    /// <summary>The distances of one row inside the image.</summary>
    private ReadOnlySpan<float> Row(int y, SceneCanvas canvas, out int left)
    {
        left = Math.Max(0, _left);
        int right = Math.Min(canvas.Width, _left + _width);
        return _distances.AsSpan((y - _top) * _width + left - _left, Math.Max(0, right - left));
    }

    private void Measure()
    {
        float form = _thing.Form;
        switch (SceneCategories.Things[_thing.ClassIndex].Name)
        {
            case "disk":
                Measure(new Disk());
                break;
            case "ring":
                Measure(new Ring(0.45f + 0.2f * form));
                break;
            case "square":
                Measure(new Slab(0.72f, 0.72f, 0.02f + 0.2f * form));
                break;
            case "triangle":
                Measure(new Triangle());
                break;
            case "star":
                Measure(new Star(0.4f + 0.12f * form));
                break;
            case "cross":
                Measure(new Cross(0.24f + 0.12f * form));
                break;
            case "bar":
                Measure(new Slab(1, 0.17f + 0.1f * form, 0.05f));
                break;
            case "pair":
                Measure(new Pair(0.4f + 0.06f * form));
                break;
            case string name:
                throw new InvalidOperationException($"no shape for '{name}'");
        }
    }

    private void Measure<TShape>(TShape shape)
        where TShape : struct, IShape
    {
        (float stepU, float stepV) = Difference();
        for (int y = 0; y < _height; y++)
        {
            Span<float> row = _distances.AsSpan(y * _width, _width);
            (float u, float v) = _thing.ToOwn(_left + 0.5f, _top + y + 0.5f);
            for (int x = 0; x < row.Length; x++)
                row[x] = shape.Distance(u + x * stepU, v + x * stepV);
        }
    }

    /// <summary>How far one pixel to the right is in the thing's own frame.</summary>
    private (float U, float V) Difference()
    {
        (float u0, float v0) = _thing.ToOwn(_thing.CenterX, _thing.CenterY);
        (float u1, float v1) = _thing.ToOwn(_thing.CenterX + 1, _thing.CenterY);
        return (u1 - u0, v1 - v0);
    }
}
