using Panoptes.Inference;
using Panoptes.Inference.Ciae;

namespace Panoptes.Tests.Inference.Ciae;

/// <summary>Outputs of a CIAE network that does not exist, with embeddings of two numbers.</summary>
internal sealed class SmallCiae
{
    private const int Stride = 4;
    private const int Dim = 2;

    private readonly Dictionary<string, FeatureMap> _maps = [];
    private readonly FakeOutput _detector;
    private readonly float[] _embedding;
    private readonly int _high;
    private readonly int _wide;

    public SmallCiae(NetworkInput input, float[][] memory, int classes = 2)
    {
        _detector = new FakeOutput(input, classes, Dim);
        (_high, _wide) = (input.Height / Stride, input.Width / Stride);
        _embedding = new float[input.Images.Count * Dim * _high * _wide];
        _maps[CiaeOutputs.Embedding] = new FeatureMap(_embedding, input.Images.Count, Dim, _high, _wide);
        float[] values = [.. Enumerable.Range(0, Dim * memory.Length).Select(i => memory[i % memory.Length][i / memory.Length])];
        _maps[CiaeOutputs.Memory] = new FeatureMap(values, 1, Dim, 1, memory.Length);
    }

    public static CiaeOptions Options { get; } = new() { EmbeddingDim = Dim, MinStuffArea = 0 };

    public static ModelCard Card { get; } = new()
    {
        Classes = [new ModelClass("cat", 17), new ModelClass("dog", 18)],
        StuffClasses = [new ModelClass("sky", 187, IsThing: false), new ModelClass("grass", 193, IsThing: false)],
        MethodOptions = Options,
        Preprocessing = new PreprocessingOptions { ShortSide = 128, LongSide = 256 },
    };

    /// <summary>The unit vector at an angle.</summary>
    public static float[] At(double degrees) => [(float)Math.Cos(degrees * Math.PI / 180), (float)Math.Sin(degrees * Math.PI / 180)];

    public FakeOutput Detector => _detector;

    /// <summary>Gives each cell the embedding of an angle, by the cell's column and row.</summary>
    public SmallCiae Paint(Func<int, int, double> degrees, float length = 1, int image = 0)
    {
        for (int i = 0; i < _high * _wide; i++)
        {
            float[] vector = At(degrees(i % _wide, i / _wide));
            for (int d = 0; d < Dim; d++)
            {
                _embedding[(((image * Dim) + d) * _high * _wide) + i] = length * vector[d];
            }
        }

        return this;
    }

    /// <summary>Adds a semantic head whose class at each cell is given; things are the last.</summary>
    public SmallCiae WithSemantic(int classes, Func<int, int, int> classAt)
    {
        float[] logits = new float[classes * _high * _wide];
        for (int i = 0; i < _high * _wide; i++)
        {
            logits[(classAt(i % _wide, i / _wide) * _high * _wide) + i] = 5;
        }

        _maps[OutputNames.SemanticLogits] = new FeatureMap(logits, 1, classes, _high, _wide);
        return this;
    }

    public SmallCiae Set(string name, FeatureMap map)
    {
        _maps[name] = map;
        return this;
    }

    public NetworkOutput Build()
    {
        NetworkOutput detector = _detector.Build(); // its maps go with the new output
        return new NetworkOutput(new Dictionary<string, FeatureMap>(detector.Names.Select(n => KeyValuePair.Create(n, detector[n])).Concat(_maps)));
    }
}
