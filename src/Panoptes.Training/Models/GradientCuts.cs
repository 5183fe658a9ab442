using Panoptes.Torch;

namespace Panoptes.Training.Models;

/// <summary>
/// Cuts a network's graph, so that the backward pass runs in pieces: between stages, so that gradients can be sent to other processes,
/// beginning with the last stage's while the first ones' are still computed; and where the passes of a step add numbers up, so that their
/// gradients are added up too. The gradients are the same: each piece begins with the gradient that the piece behind it left at the cut.
/// </summary>
/// <param name="sumOverPasses">Adds numbers up over the passes of a step; all passes must come to the same cuts.</param>
internal sealed class GradientCuts(Func<double[], double[]> sumOverPasses) : IDisposable
{
    private readonly List<Cut> _cuts = [];

    /// <summary>Cuts behind a stage.</summary>
    /// <param name="stage">The name that the stage's parameters begin with.</param>
    /// <param name="output">What the stage computed.</param>
    /// <returns>The same values, which what follows is computed from; the output itself where it needs no gradient.</returns>
    public Tensor Behind(string stage, Tensor output) => Divide(output, stage);

    /// <summary>Cuts inside a stage.</summary>
    /// <param name="output">What was computed so far.</param>
    /// <returns>The same values, which what follows is computed from; the output itself where it needs no gradient.</returns>
    public Tensor Inside(Tensor output) => Divide(output, stage: null);

    /// <summary>Adds numbers up over all passes of the step; so are the gradients of the sums.</summary>
    /// <param name="own">The numbers of this pass: [n] in float64.</param>
    /// <returns>Their sums: [n].</returns>
    public Tensor Sum(Tensor own)
    {
        Tensor sums = Total(own.Detach());
        return own.RequiresGrad ? Add(own, sums, null, isSum: true) : sums;
    }

    /// <summary>Computes all gradients, from the last piece to the first.</summary>
    /// <param name="total">The loss.</param>
    /// <param name="done">
    /// Called after each stage with the names that parameters begin with whose gradients are yet to come; null where nobody asks.
    /// </param>
    public void Backward(Tensor total, Action<IReadOnlyList<string>>? done)
    {
        total.Backward();
        for (int i = _cuts.Count - 1; i >= 0; i--)
        {
            Cut cut = _cuts[i];
            if (cut.Stage is not null)
            {
                done?.Invoke([.. _cuts.Take(i + 1).Select(open => open.Stage).OfType<string>()]);
            }

            // Where no loss depends on a sum, those of other passes may.
            Tensor? gradient = cut.Input.Grad;
            gradient = cut.IsSum ? Total(gradient ?? cut.Input.ZerosLike()) : gradient;
            if (gradient is not null)
            {
                cut.Output.Backward(gradient);
            }
        }

        done?.Invoke([]);
    }

    /// <inheritdoc />
    public void Dispose() => _cuts.ForEach(cut =>
    {
        cut.Output.Dispose();
        cut.Input.Dispose();
    });

    private Tensor Divide(Tensor output, string? stage) =>
        output.RequiresGrad ? Add(output, output.Detach(), stage, isSum: false) : output;

    private Tensor Add(Tensor output, Tensor input, string? stage, bool isSum)
    {
        // Both outlive the scope in which they are computed.
        input.Detached().RequiresGrad = true;
        _cuts.Add(new Cut(stage, output.Alias().Detached(), input, isSum));
        return input.Alias();
    }

    private Tensor Total(Tensor own) => Tensor.From<double>(sumOverPasses(own.ToArray<double>()), own.Shape).To(own.Device);

    private sealed record Cut(string? Stage, Tensor Output, Tensor Input, bool IsSum);
}
