using Panoptes.Masks;

namespace Panoptes.Inference.Tracking;

/// <summary>An object of the sequence, seen or hidden.</summary>
/// <param name="first">The instance that began it.</param>
internal sealed class Track(Instance first)
{
    // The part of an object that others may cover before it counts as partly hidden: borders of masks always overlap a little.
    private const double MostCovered = 0.05;

    /// <summary>The object's class, which does not change.</summary>
    public int ClassIndex { get; } = first.ClassIndex;

    /// <summary>The object's number; 0 until it was seen often enough to have one.</summary>
    public int Id { get; set; }

    /// <summary>Images that showed it.</summary>
    public int Hits { get; private set; } = 1;

    /// <summary>Images since the last one that showed it.</summary>
    public int Lost { get; private set; }

    /// <summary>The object as it was seen last.</summary>
    public Sighting Last { get; } = new(first);

    /// <summary>The object as it was seen when nothing hid it.</summary>
    public Sighting Whole { get; } = new(first);

    /// <summary>Goes to the next image.</summary>
    /// <param name="byMotion">Whether the object is expected where its motion takes it.</param>
    public void Predict(bool byMotion)
    {
        Lost++;
        if (!byMotion) return;
        Last.Predict(grows: Lost == 1);
        Whole.Predict(grows: false);
    }

    /// <summary>Goes on with an instance.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="covered">Where any instance is; null where occlusion is not looked at.</param>
    public void Continue(Instance instance, Rle? covered)
    {
        Hits++;
        Lost = 0;
        Last.Replace(instance);
        if (covered is null) return;
        Rle whole = Whole.Mask;
        Rle own = whole.Intersect(instance.Mask);
        long hidden = whole.IntersectionArea(covered) - own.Area;
        if (hidden <= MostCovered * whole.Area)
        {
            Whole.Replace(instance);
            return;
        }

        // Where others hide it, it ends where they begin, however it moves: its free edges tell how far it has moved.
        Box expected = whole.Intersect(covered.Complement()).Union(own).Bounds;
        Box seen = instance.Mask.Bounds;
        if (expected.IsEmpty || seen.IsEmpty) return; // no edge to compare: it stays where its motion takes it
        Whole.Shift(Larger(seen.X1 - expected.X1, seen.X2 - expected.X2), Larger(seen.Y1 - expected.Y1, seen.Y2 - expected.Y2));
    }

    private static double Larger(double one, double other) => Math.Abs(one) > Math.Abs(other) ? one : other;
}
