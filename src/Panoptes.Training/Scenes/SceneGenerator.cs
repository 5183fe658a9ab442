using System.Runtime.InteropServices;
using Panoptes.Training.Data;

namespace Panoptes.Training.Scenes;

/// <summary>
/// Draws scenes with exact ground truth: textured things of eight classes that overlap, have holes, come in two pieces and differ
/// tenfold in size, over regions of stuff. Colors do not tell the class. The same options and index give the same bytes on every
/// machine: only operations that IEEE 754 defines exactly are used. Safe to call from several threads.
/// </summary>
internal sealed class SceneGenerator
{
    private const int FewestVisiblePixels = 40;
    private const double SmallestVisiblePart = 0.35;
    private const int Attempts = 12;

    private readonly SceneOptions _options;
    private readonly NoiseSet _noise = new();

    /// <summary>Makes a generator.</summary>
    /// <exception cref="InputException">An option is outside its range.</exception>
    public SceneGenerator(SceneOptions options)
    {
        options.Validate();
        _options = options;
    }

    /// <summary>The classes that scenes may show: things, then stuff.</summary>
    public IReadOnlyList<SceneCategory> Categories =>
        [.. SceneCategories.Things.Take(_options.ThingClasses), .. SceneCategories.Stuff];

    /// <summary>Draws one scene.</summary>
    /// <param name="index">Which scene of the options' sequence, 0 or more.</param>
    public Scene Generate(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        RandomStream random = new(_options.Seed, (ulong)index);
        SceneCanvas canvas = ChooseCanvas(ref random);
        Backdrop.Paint(canvas, _noise, ref random);
        List<Thing> things = PlaceThings(canvas, ref random);
        (int[] ids, List<SceneSegment> segments) = SegmentMap.Build(canvas, things);
        return new Scene(new SceneCamera(ref random).Develop(canvas, ref random), ids, segments);
    }

    private SceneCanvas ChooseCanvas(ref RandomStream random)
    {
        // A third each of landscape, portrait and nearly square.
        float stretch = 1 + (float)_options.AspectVariation * random.NextSingle();
        (float wide, float tall) = random.NextInt(3) switch
        {
            0 => (stretch, 1 / stretch),
            1 => (1 / stretch, stretch),
            _ => (1f, 1f),
        };
        return new SceneCanvas((int)(_options.Size * wide + 0.5f), (int)(_options.Size * tall + 0.5f));
    }

    private List<Thing> PlaceThings(SceneCanvas canvas, ref RandomStream random)
    {
        float[] radii = ChooseRadii(ref random);
        List<Thing> placed = new(radii.Length);
        // Pixels of each owner that are visible now, and that were when it was painted; owner 0 is the backdrop.
        int[] visible = new int[radii.Length + 1], whole = new int[radii.Length + 1];
        Span<int> hidden = stackalloc int[radii.Length + 1];
        foreach (float radius in radii)
        {
            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                Thing thing = Propose(canvas, placed, radius, ref random);
                using ThingLayer layer = new(thing, canvas.Width, canvas.Height);
                int pixels = layer.CountPixels(canvas);
                hidden.Clear();
                layer.CountHidden(canvas, hidden);
                if (pixels < FewestVisiblePixels || !AllStayVisible(visible, whole, hidden[..(placed.Count + 1)]))
                    continue;
                placed.Add(thing);
                for (int owner = 0; owner < placed.Count; owner++)
                    visible[owner] -= hidden[owner];
                visible[placed.Count] = whole[placed.Count] = pixels;
                layer.PaintShadow(canvas);
                layer.PaintSurface(canvas, (byte)placed.Count);
                break;
            }
        }
        return placed;
    }

    /// <summary>Radii in pixels: even over the logarithm, roughly from large (behind) to small (in front).</summary>
    private float[] ChooseRadii(ref RandomStream random)
    {
        int count = random.NextInt(_options.MinThings, _options.MaxThings);
        float smallest = 0.5f * (float)_options.SmallestThing * _options.Size;
        float largest = 0.5f * (float)_options.LargestThing * _options.Size;
        (float Key, float Radius)[] keyed = new (float Key, float Radius)[count];
        for (int i = 0; i < count; i++)
        {
            // A geometric step, by bisection of the exponent: powers of the C library differ between machines.
            float radius = Geometric(smallest, largest, random.NextSingle());
            keyed[i] = (-radius * random.NextSingle(0.4f, 1.6f), radius);
        }
        return [.. keyed.OrderBy(pair => pair.Key).Select(pair => pair.Radius)];
    }

    /// <summary><c>from^(1-t) to^t</c>, from nothing but square roots.</summary>
    private static float Geometric(float from, float to, float t)
    {
        for (int i = 0; i < 16; i++)
        {
            float middle = MathF.Sqrt(from * to);
            if (t < 0.5f)
                to = middle;
            else
                from = middle;
            t = t < 0.5f ? 2 * t : 2 * t - 1;
        }
        return from;
    }

    private Thing Propose(SceneCanvas canvas, List<Thing> placed, float radius, ref RandomStream random)
    {
        int classIndex = random.NextInt(_options.ThingClasses);
        // At most about a third of its extent may leave the image.
        float inset = MathF.Min(0.5f * radius, 0.3f * Math.Min(canvas.Width, canvas.Height));
        float x = random.NextSingle(inset, canvas.Width - inset);
        float y = random.NextSingle(inset, canvas.Height - inset);
        if (placed.Count > 0 && random.NextBool(0.5))
        {
            // Near the edge of another thing, so that scenes are crowded rather than scattered.
            Thing other = placed[random.NextInt(placed.Count)];
            float turn = random.NextSingle(), away = random.NextSingle(0.3f, 1) * (other.Radius + radius);
            float nearX = other.CenterX + away * Waves.Cosine(turn), nearY = other.CenterY + away * Waves.Sine(turn);
            if (nearX >= inset && nearX <= canvas.Width - inset && nearY >= inset && nearY <= canvas.Height - inset)
                (x, y) = (nearX, nearY);
        }
        return new Thing(classIndex, x, y, radius, _options.FavoritePattern, _noise, ref random);
    }

    private static bool AllStayVisible(int[] visible, int[] whole, ReadOnlySpan<int> hidden)
    {
        for (int owner = 1; owner < hidden.Length; owner++)
        {
            int left = visible[owner] - hidden[owner];
            if (left < FewestVisiblePixels || left < SmallestVisiblePart * whole[owner])
                return false;
        }
        return true;
    }
}
