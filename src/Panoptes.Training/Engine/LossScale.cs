namespace Panoptes.Training.Engine;

/// <summary>
/// The factor that lifts losses, and with them gradients, into the range of float16. It halves when a gradient overflows, and that step is
/// left out; it doubles after 2000 steps without. The numbers are those of PyTorch's <c>torch.cuda.amp.GradScaler</c>.
/// </summary>
internal sealed class LossScale
{
    private const double First = 65536;
    private const int Patience = 2000;

    /// <summary>The factor of the next step.</summary>
    public double Value { get; private set; } = First;

    /// <summary>Steps in a row without an overflow.</summary>
    public int GoodSteps { get; private set; }

    /// <summary>Goes on from where a run was saved.</summary>
    public void Resume(double value, int goodSteps) => (Value, GoodSteps) = (value, goodSteps);

    /// <summary>Learns whether the gradients of a step were all finite.</summary>
    public void Update(bool finite)
    {
        if (!finite)
        {
            (Value, GoodSteps) = (Value / 2, 0);
        }
        else if (++GoodSteps == Patience)
        {
            (Value, GoodSteps) = (Value * 2, 0);
        }
    }
}
