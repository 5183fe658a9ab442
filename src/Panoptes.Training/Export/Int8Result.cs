namespace Panoptes.Training.Export;

/// <summary>How a network in 8 bits compares with the one in float.</summary>
/// <param name="Measure">What was compared: <c>AP</c> or <c>PQ</c> against annotations, <c>mask IoU</c> of one with the other.</param>
/// <param name="Float">The network's figure in float, 0 to 1.</param>
/// <param name="Int8">Its figure in 8 bits.</param>
/// <param name="Images">The images compared.</param>
/// <param name="FloatMilliseconds">What ONNX Runtime takes for an image in float on this machine, in milliseconds: the median of runs in turns
/// with the network in 8 bits.</param>
/// <param name="Int8Milliseconds">What it takes in 8 bits.</param>
/// <param name="Layers">How many layers of convolutions there are, but those that give the outputs, which always stay in float.</param>
/// <param name="KeptFloat">Which of them stay in float.</param>
/// <param name="Difference">The largest difference between the outputs of the exported network in float and of libtorch's, relative to the
/// largest value of an output (or 1).</param>
public sealed record Int8Result(
    string Measure,
    double Float,
    double Int8,
    int Images,
    double FloatMilliseconds,
    double Int8Milliseconds,
    int Layers,
    IReadOnlyList<string> KeptFloat,
    double Difference)
{
    /// <summary>What 8 bits cost; negative where they do better.</summary>
    public double Loss => Float - Int8;
}
