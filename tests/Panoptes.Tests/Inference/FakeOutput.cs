using Panoptes.Inference;
using Panoptes.Inference.EmbedMask;
using Panoptes.Inference.MEInst;

namespace Panoptes.Tests.Inference;

/// <summary>Outputs of a network that does not exist: background everywhere, except where a test places an object.</summary>
internal sealed class FakeOutput
{
    public const float Background = -12;

    private readonly Dictionary<string, (float[] Values, int Channels, int Height, int Width)> _maps = [];
    private readonly NetworkInput _input;
    private readonly IReadOnlyList<int> _strides;

    public FakeOutput(NetworkInput input, int classes, int dim, int marginDim = 1, IReadOnlyList<int>? strides = null)
    {
        _input = input;
        _strides = strides ?? new DetectionOptions().Strides;
        for (int level = 0; level < _strides.Count; level++)
        {
            int height = (input.Height + _strides[level] - 1) / _strides[level];
            int width = (input.Width + _strides[level] - 1) / _strides[level];
            Add(OutputNames.ClassLogits(level), classes, height, width).AsSpan().Fill(Background);
            Add(OutputNames.Box(level), 4, height, width);
            Add(OutputNames.Centerness(level), 1, height, width);
            Add(EmbedMaskOutputs.ProposalEmbedding(level), dim, height, width);
            Add(EmbedMaskOutputs.ProposalMargin(level), marginDim, height, width).AsSpan().Fill(1);
        }

        Add(EmbedMaskOutputs.PixelEmbedding, dim, input.Height / _strides[0], input.Width / _strides[0]);
    }

    /// <summary>Adds MEInst's coefficients, all 0.</summary>
    public FakeOutput WithCoefficients(int dim)
    {
        for (int level = 0; level < _strides.Count; level++)
        {
            Add(MEInstOutputs.MaskCoefficients(level), dim, HeightOf(level), WidthOf(level));
        }

        return this;
    }

    public float[] this[string name] => _maps[name].Values;

    public int WidthOf(int level) => _maps[OutputNames.ClassLogits(level)].Width;

    public int HeightOf(int level) => _maps[OutputNames.ClassLogits(level)].Height;

    /// <summary>Places an object with a box in input pixels at a cell.</summary>
    public void Place(
        int image,
        int level,
        int row,
        int column,
        int classIndex,
        float[] box,
        float logit = 3,
        float centerness = 3,
        float[]? q = null,
        float[]? m = null)
    {
        int stride = _strides[level];
        float x = (stride * column) + (stride / 2);
        float y = (stride * row) + (stride / 2);
        float[] sides = [(x - box[0]) / stride, (y - box[1]) / stride, (box[2] - x) / stride, (box[3] - y) / stride];
        Set(OutputNames.ClassLogits(level), image, classIndex, row, column, logit);
        Set(OutputNames.Centerness(level), image, 0, row, column, centerness);
        SetAll(OutputNames.Box(level), sides);
        SetAll(EmbedMaskOutputs.ProposalEmbedding(level), q ?? []);
        SetAll(EmbedMaskOutputs.ProposalMargin(level), m ?? []);

        void SetAll(string name, float[] values)
        {
            for (int c = 0; c < values.Length; c++)
            {
                Set(name, image, c, row, column, values[c]);
            }
        }
    }

    public void Set(string name, int image, int channel, int row, int column, float value)
    {
        (float[] values, int channels, int height, int width) = _maps[name];
        values[(((((image * channels) + channel) * height) + row) * width) + column] = value;
    }

    /// <summary>Fills the pixel embedding with a function of the image, the dimension and the cell's center in input pixels.</summary>
    public void PaintPixels(Func<int, int, float, float, float> embedding)
    {
        (_, int channels, int height, int width) = _maps[EmbedMaskOutputs.PixelEmbedding];
        for (int n = 0; n < _input.Images.Count; n++)
        {
            for (int d = 0; d < channels; d++)
            {
                for (int i = 0; i < height * width; i++)
                {
                    float x = (_strides[0] * (i % width)) + (_strides[0] / 2f);
                    float y = (_strides[0] * (i / width)) + (_strides[0] / 2f);
                    Set(EmbedMaskOutputs.PixelEmbedding, n, d, i / width, i % width, embedding(n, d, x, y));
                }
            }
        }
    }

    public NetworkOutput Build() => new(_maps.ToDictionary(
        m => m.Key, m => new FeatureMap(m.Value.Values, _input.Images.Count, m.Value.Channels, m.Value.Height, m.Value.Width)));

    private float[] Add(string name, int channels, int height, int width)
    {
        float[] values = new float[_input.Images.Count * channels * height * width];
        _maps.Add(name, (values, channels, height, width));
        return values;
    }
}
