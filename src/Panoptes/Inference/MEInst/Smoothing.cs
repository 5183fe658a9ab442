namespace Panoptes.Inference.MEInst;

/// <summary>Logits of smoothed pixels (AdelaiDet, MEInst/LME/mask_generation.py, for the constants).</summary>
internal static class Smoothing
{
    /// <summary>The constant amount.</summary>
    public const double Amount = 0.0225;

    private const double Largest = 0.05;
    private const double Least = 0.01;

    /// <summary>The logit of a smoothed foreground pixel; of a background pixel it is the negative.</summary>
    public static double ConstantLogit { get; } = Logit(Amount);

    /// <summary>Mean of the random scheme's |logit|: 3.7693.</summary>
    public static double MeanLogit { get; } = Moment(power: 1);

    /// <summary>Variance of the random scheme's |logit|.</summary>
    public static double LogitVariance { get; } = Moment(power: 2) - (MeanLogit * MeanLogit);

    /// <summary>|logit| of a pixel moved off its end by max(0.05 u, 0.01).</summary>
    /// <param name="uniform">u, in [0, 1).</param>
    public static double RandomLogit(double uniform) => Logit(Math.Max(Largest * uniform, Least));

    private static double Logit(double amount) => Math.Log((1 - amount) / amount);

    /// <summary>A fifth of the amounts is the least one, the others are spread evenly above it; Simpson's rule integrates them.</summary>
    private static double Moment(int power)
    {
        const int steps = 2000;
        const double share = Least / Largest;
        double sum = 0;
        for (int i = 0; i <= steps; i++)
        {
            double weight = i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Pow(Logit(Least + ((Largest - Least) * i / steps)), power);
        }

        return (share * Math.Pow(Logit(Least), power)) + ((1 - share) * sum / (3 * steps));
    }
}
