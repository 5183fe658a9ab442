using Panoptes.Training.Data;

namespace Panoptes.Training.Scenes;

/// <summary>
/// A periodic image of smooth random values in [0, 1], the raw material of every texture. Only additions, multiplications
/// and square roots make it, which IEEE 754 rounds alike everywhere.
/// </summary>
internal sealed class NoiseTile
{
    private const int Side = 256;
    private const int Mask = Side - 1;
    private readonly float[] _values;

    private NoiseTile(float[] values) => _values = values;

    /// <summary>Value noise of several octaves, each of twice the frequency of the one before.</summary>
    /// <param name="seed">Names the tile.</param>
    /// <param name="cells">Lattice cells along a side in the first octave; a power of two.</param>
    /// <param name="octaves">Number of octaves.</param>
    /// <param name="persistence">Amplitude ratio of neighboring octaves.</param>
    public static NoiseTile Create(ulong seed, int cells, int octaves, float persistence)
    {
        float[] values = new float[Side * Side];
        float amplitude = 1;
        for (int octave = 0; octave < octaves && cells <= Side; octave++, cells *= 2, amplitude *= persistence)
        {
            RandomStream random = new(seed, (ulong)octave);
            float[] lattice = new float[cells * cells];
            foreach (ref float value in lattice.AsSpan())
                value = random.NextSingle() * amplitude;
            AddOctave(values, lattice, cells);
        }
        Normalize(values);
        return new NoiseTile(values);
    }

    /// <summary>The value at a point in tile pixels, bilinear between pixels, periodic.</summary>
    public float At(float x, float y)
    {
        float floorX = MathF.Floor(x), floorY = MathF.Floor(y);
        float fx = x - floorX, fy = y - floorY;
        int x0 = (int)floorX & Mask, y0 = ((int)floorY & Mask) * Side;
        int x1 = (x0 + 1) & Mask, y1 = (y0 + Side) & (Side * Side - 1);
        ReadOnlySpan<float> v = _values;
        float top = v[y0 + x0] + fx * (v[y0 + x1] - v[y0 + x0]);
        float bottom = v[y1 + x0] + fx * (v[y1 + x1] - v[y1 + x0]);
        return top + fy * (bottom - top);
    }

    private static void AddOctave(float[] values, float[] lattice, int cells)
    {
        int cellSize = Side / cells;
        for (int y = 0; y < Side; y++)
        {
            int y0 = y / cellSize, y1 = (y0 + 1) % cells;
            float fy = Smooth((y % cellSize) / (float)cellSize);
            for (int x = 0; x < Side; x++)
            {
                int x0 = x / cellSize, x1 = (x0 + 1) % cells;
                float fx = Smooth((x % cellSize) / (float)cellSize);
                float top = lattice[y0 * cells + x0] + fx * (lattice[y0 * cells + x1] - lattice[y0 * cells + x0]);
                float bottom = lattice[y1 * cells + x0] + fx * (lattice[y1 * cells + x1] - lattice[y1 * cells + x0]);
                values[y * Side + x] += top + fy * (bottom - top);
            }
        }
    }

    /// <summary>Stretches the values so that mean ± 2 standard deviations fill [0, 1], and clamps.</summary>
    private static void Normalize(float[] values)
    {
        double sum = 0, squares = 0;
        foreach (float value in values)
        {
            sum += value;
            squares += (double)value * value;
        }
        double mean = sum / values.Length;
        double deviation = Math.Sqrt(squares / values.Length - mean * mean);
        foreach (ref float value in values.AsSpan())
            value = (float)Math.Clamp(0.5 + (value - mean) / (4 * deviation), 0, 1);
    }

    private static float Smooth(float t) => t * t * (3 - 2 * t);
}
