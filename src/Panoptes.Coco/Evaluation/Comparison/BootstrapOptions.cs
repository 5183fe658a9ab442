namespace Panoptes.Coco.Evaluation.Comparison;

/// <summary>How far a figure may be chance: it is measured again and again on images drawn with replacement (bootstrap).</summary>
public sealed record BootstrapOptions
{
    /// <summary>Fewer samples give no interval that means anything.</summary>
    public const int LeastSamples = 100;

    /// <summary>How often, <see cref="LeastSamples"/> or more. Default: 1000.</summary>
    public int Samples { get; init; } = 1000;

    /// <summary>The share of samples inside an interval, in (0, 1). Default: 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Another number draws other images; the same number the same, on every machine. Default: 0.</summary>
    public long Seed { get; init; }

    /// <summary>Checks that the options make sense.</summary>
    /// <exception cref="InputException">They do not; the message names the option and what is allowed.</exception>
    internal void Validate()
    {
        if (Samples < LeastSamples)
        {
            throw InputException.ForSetting(null, $"{nameof(Samples)} is {Samples}; it must be {LeastSamples} or more, or an interval means nothing.");
        }

        if (!(Confidence > 0 && Confidence < 1))
        {
            throw InputException.ForSetting(null, $"{nameof(Confidence)} is {Confidence}; it must lie between 0 and 1.");
        }
    }

    /// <summary>Draws the images of a sample.</summary>
    /// <param name="sample">The sample's number.</param>
    /// <param name="weights">How often each image was drawn.</param>
    internal void Draw(int sample, Span<int> weights)
    {
        weights.Clear();
        ulong stream = SplitMix64.Mix((ulong)Seed ^ SplitMix64.Mix((ulong)sample));
        for (int i = 0; i < weights.Length; i++)
        {
            ulong random = SplitMix64.Mix(stream + (ulong)i);
            weights[(int)Math.BigMul(random, (ulong)weights.Length, out _)]++;
        }
    }
}
