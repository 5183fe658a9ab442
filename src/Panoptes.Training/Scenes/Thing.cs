using Panoptes.Training.Data;

namespace Panoptes.Training.Scenes;

/// <summary>One thing before it is painted: what it is and where it lies.</summary>
internal sealed class Thing
{
    private readonly float _cosine, _sine;
    private readonly float _squeeze;

    /// <summary>Draws a thing's form at random.</summary>
    /// <param name="classIndex">Position in <see cref="SceneCategories.Things"/>.</param>
    /// <param name="centerX">Center, in pixels.</param>
    /// <param name="centerY">Center, in pixels.</param>
    /// <param name="radius">Half of its extent, in pixels.</param>
    /// <param name="favorite">Probability of its class's favorite pattern.</param>
    /// <param name="noise">Raw material of its texture.</param>
    /// <param name="random">Where the draws come from.</param>
    public Thing(int classIndex, float centerX, float centerY, float radius, double favorite, NoiseSet noise, ref RandomStream random)
    {
        ClassIndex = classIndex;
        CenterX = centerX;
        CenterY = centerY;
        Radius = radius;
        float turn = random.NextSingle();
        float cosine = Waves.Cosine(turn), sine = Waves.Sine(turn);
        float length = MathF.Sqrt(cosine * cosine + sine * sine);
        (_cosine, _sine) = (cosine / length, sine / length);
        _squeeze = random.NextSingle(0.78f, 1f);
        Form = random.NextSingle();
        Bevel = random.NextSingle(0.25f, 0.9f);
        Gloss = random.NextSingle(0, 0.5f);
        Texture = new ThingTexture(classIndex, radius, favorite, noise, ref random);
    }

    public int ClassIndex { get; }

    public float CenterX { get; private set; }

    public float CenterY { get; private set; }

    /// <summary>Half of the extent in pixels.</summary>
    public float Radius { get; }

    /// <summary>Chooses among the outlines of one class, in [0, 1).</summary>
    public float Form { get; }

    /// <summary>Width of the rounded edge, as a fraction of the radius.</summary>
    public float Bevel { get; }

    /// <summary>Strength of the highlight.</summary>
    public float Gloss { get; }

    public ThingTexture Texture { get; }

    /// <summary>The same thing in another place.</summary>
    public Thing MovedTo(float centerX, float centerY)
    {
        Thing moved = (Thing)MemberwiseClone();
        (moved.CenterX, moved.CenterY) = (centerX, centerY);
        return moved;
    }

    /// <summary>A point of the image in the thing's own frame, where its outline fits [-1, 1].</summary>
    public (float U, float V) ToOwn(float x, float y)
    {
        float dx = (x - CenterX) / Radius, dy = (y - CenterY) / Radius;
        return (dx * _cosine + dy * _sine, (dy * _cosine - dx * _sine) / _squeeze);
    }
}
