namespace Panoptes.Training.Engine;

/// <summary>
/// The factor that lifts losses, and with them gradients, into the range of float16. It halves when a gradient overflows, and that step is
/// skipped; it doubles after 2000 steps without. The numbers are those of PyTorch's <c>torch.cuda.amp.GradScaler</c>.
/// </summary>
/// <param name="Value">The factor of the next step.</param>
/// <param name="GoodSteps">Steps in a row without an overflow.</param>
internal sealed record LossScale(double Value = 65536, int GoodSteps = 0)
{
    private const int Patience = 2000;

    /// <summary>The factor after a step.</summary>
    /// <param name="finite">Whether the step's gradients were all finite.</param>
    public LossScale After(bool finite) => finite switch
    {
        false => new(Value / 2),
        true when GoodSteps + 1 == Patience => new(Value * 2),
        true => this with { GoodSteps = GoodSteps + 1 },
    };
}
