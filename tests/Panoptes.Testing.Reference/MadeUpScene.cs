using Panoptes.Inference;
using Panoptes.Inference.Ciae;

namespace Panoptes.Testing;

/// <summary>
/// Outputs of a CIAE network that does not exist: areas of stuff with wavy borders, things that are ellipses inside of their boxes, each
/// with an embedding of its own, noise over it, and borders as soft as a network's, which come from smoothing. Things are detected, most
/// more than once.
/// </summary>
internal sealed class MadeUpScene
{
    private const int Stride = 4;
    private const int StuffShown = 12; // of all classes; an image has a few

    private readonly Random _random;
    private readonly int _cellsHigh;
    private readonly int _cellsWide;
    private readonly float[] _embedding;
    private readonly float[][] _memory;
    private readonly List<Candidate> _detections = [];

    /// <summary>Makes a scene.</summary>
    /// <param name="width">Columns of the network's input without padding.</param>
    /// <param name="height">Rows of the network's input without padding.</param>
    /// <param name="proposals">Number of detections.</param>
    /// <param name="stuff">Number of classes of stuff.</param>
    /// <param name="dim">Numbers of an embedding.</param>
    /// <param name="seed">Decides everything.</param>
    /// <param name="original">Size of the image as it was given; that of the input where it is null.</param>
    public MadeUpScene(
        int width, int height, int proposals, int stuff, int dim = 32, int seed = 1, (int Width, int Height)? original = null)
    {
        _random = new Random(seed);
        (int originalWidth, int originalHeight) = original ?? (width, height);
        Input = new NetworkInput([new InputImage(originalWidth, originalHeight, width, height)], RoundUp(width), RoundUp(height));
        (_cellsHigh, _cellsWide) = (Input.Height / Stride, Input.Width / Stride);
        _memory = [.. Enumerable.Range(0, stuff).Select(_ => Unit(dim))];
        _embedding = new float[dim * _cellsHigh * _cellsWide];
        Card = new ModelCard
        {
            Classes = [new ModelClass("thing", 1)],
            StuffClasses = [.. Enumerable.Range(0, stuff).Select(i => new ModelClass($"stuff {i}", 100 + i, IsThing: false))],
            MethodOptions = new CiaeOptions { EmbeddingDim = dim, InstanceThreshold = 0, MinStuffArea = 0 },
        };
        Paint(width, height, proposals);
    }

    /// <summary>The card of the network.</summary>
    public ModelCard Card { get; }

    /// <summary>What the network was given.</summary>
    public NetworkInput Input { get; }

    /// <summary>The detections, by falling score.</summary>
    public IReadOnlyList<Candidate> Detections => _detections;

    /// <summary>The embedding [D, h, w].</summary>
    public ReadOnlyMemory<float> Embedding => _embedding;

    /// <summary>h and w of the embedding.</summary>
    public (int High, int Wide) Cells => (_cellsHigh, _cellsWide);

    /// <summary>The network's outputs.</summary>
    public NetworkOutput Output()
    {
        int dim = ((CiaeOptions)Card.MethodOptions).EmbeddingDim;
        int stuff = _memory.Length;
        float[] memory = new float[dim * stuff];
        for (int i = 0; i < memory.Length; i++)
        {
            memory[i] = _memory[i % stuff][i / stuff];
        }

        Dictionary<string, FeatureMap> maps = new()
        {
            [CiaeOutputs.Embedding] = new FeatureMap(_embedding, 1, dim, _cellsHigh, _cellsWide),
            [CiaeOutputs.Memory] = new FeatureMap(memory, 1, dim, 1, stuff),
        };
        foreach (int level in Enumerable.Range(0, Card.Detection.Strides.Count))
        {
            (int high, int wide) = LevelSize(level);
            maps[OutputNames.Box(level)] = new FeatureMap(new float[4 * high * wide], 1, 4, high, wide); // asked for its size alone
        }

        return new NetworkOutput(maps);
    }

    /// <summary>The queries as the paper defines them: the memory's vectors, and the enlarged embedding at each detection's
    /// location.</summary>
    public (float[][] Vectors, (float X1, float Y1, float X2, float Y2)?[] Boxes) Queries()
    {
        using NetworkOutput output = Output();
        return PlainQueries.Of(Card, output, Input, 0, _detections);
    }

    private void Paint(int width, int height, int proposals)
    {
        int dim = ((CiaeOptions)Card.MethodOptions).EmbeddingDim;
        float[]?[] owner = new float[_cellsHigh * _cellsWide][];
        (double X, double Y, float[] Vector)[] seeds = [.. Enumerable.Range(0, Math.Min(StuffShown, _memory.Length)).Select(_ =>
            (_random.NextDouble() * width, _random.NextDouble() * height, _memory[_random.Next(_memory.Length)]))];
        for (int i = 0; i < owner.Length; i++)
        {
            (double y, double x) = (Stride * (i / _cellsWide), Stride * (i % _cellsWide));
            (double waveX, double waveY) = (x + (20 * Math.Sin(y / 23)), y + (20 * Math.Sin(x / 31)));
            owner[i] = seeds.Length == 0 ? Unit(dim) : seeds.MinBy(s => double.Hypot(s.X - waveX, s.Y - waveY)).Vector;
        }

        float[] vector = [];
        (float X, float Y, float Wide, float High) box = default;
        for (int i = 0; i < proposals; i++)
        {
            if (i % 2 == 0)
            {
                vector = Unit(dim);
                float size = MathF.Exp(3 + (2.8f * _random.NextSingle())); // 20 to 330 pixels
                float shape = MathF.Exp(_random.NextSingle() - 0.5f);
                box = (_random.NextSingle() * width, _random.NextSingle() * height, size * shape, size / shape);
                PaintEllipse(owner, box, vector);
            }

            Detect(width, height, box, score: 1 - (i * 0.5f / proposals));
        }

        for (int i = 0; i < owner.Length; i++)
        {
            for (int d = 0; d < dim; d++)
            {
                _embedding[(d * owner.Length) + i] = 6 * (owner[i]![d] + (0.05f * (_random.NextSingle() - 0.5f)));
            }
        }

        for (int d = 0; d < dim; d++)
        {
            Smooth(_embedding.AsSpan(d * owner.Length, owner.Length));
        }
    }

    private void PaintEllipse(float[]?[] owner, (float X, float Y, float Wide, float High) box, float[] vector)
    {
        for (int i = 0; i < owner.Length; i++)
        {
            double x = (Stride * (i % _cellsWide)) + (Stride / 2) - box.X;
            double y = (Stride * (i / _cellsWide)) + (Stride / 2) - box.Y;
            if (double.Hypot(2 * x / box.Wide, 2 * y / box.High) < 1)
            {
                owner[i] = vector;
            }
        }
    }

    private void Detect(int width, int height, (float X, float Y, float Wide, float High) box, float score)
    {
        float jitter = 0.04f * (_random.NextSingle() - 0.5f);
        float x1 = Math.Clamp(box.X - (box.Wide * (0.5f + jitter)), 0, width);
        float x2 = Math.Clamp(box.X + (box.Wide * (0.5f - jitter)), 0, width);
        float y1 = Math.Clamp(box.Y - (box.High * (0.5f - jitter)), 0, height);
        float y2 = Math.Clamp(box.Y + (box.High * (0.5f + jitter)), 0, height);
        int level = Math.Clamp((int)MathF.Log2(MathF.Max(box.Wide, box.High) / 32), 0, Card.Detection.Strides.Count - 1);
        (int high, int wide) = LevelSize(level);
        int stride = Card.Detection.Strides[level];
        int column = Math.Clamp((int)(box.X / stride) + _random.Next(2), 0, wide - 1);
        int row = Math.Clamp((int)(box.Y / stride), 0, high - 1);
        _detections.Add(new Candidate(x1, y1, x2, y2, score, 0, level, (row * wide) + column));
    }

    /// <summary>Two skips each neighborhood of 3x3 cells.</summary>
    private void Smooth(Span<float> plane)
    {
        float[] from = new float[plane.Length];
        for (int pass = 0; pass < 2; pass++)
        {
            plane.CopyTo(from);
            for (int i = 0; i < plane.Length; i++)
            {
                float sum = 0;
                for (int n = 0; n < 9; n++)
                {
                    int y = Math.Clamp((i / _cellsWide) + (n / 3) - 1, 0, _cellsHigh - 1);
                    int x = Math.Clamp((i % _cellsWide) + (n % 3) - 1, 0, _cellsWide - 1);
                    sum += from[(y * _cellsWide) + x];
                }

                plane[i] = sum / 9;
            }
        }
    }

    private (int High, int Wide) LevelSize(int level)
    {
        int stride = Card.Detection.Strides[level];
        return ((Input.Height + stride - 1) / stride, (Input.Width + stride - 1) / stride);
    }

    private float[] Unit(int dim) => Normalize([.. Enumerable.Range(0, dim).Select(_ => (float)Normal())]);

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private static float[] Normalize(float[] vector)
    {
        double norm = Math.Max(1e-12, Math.Sqrt(vector.Sum(v => (double)v * v)));
        return [.. vector.Select(v => (float)(v / norm))];
    }

    private static int RoundUp(int pixels) => (pixels + 31) / 32 * 32;
}
