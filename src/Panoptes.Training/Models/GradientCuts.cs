using Panoptes.Torch;

namespace Panoptes.Training.Models;

/// <summary>
/// Cuts a network's graph between its stages, so that the backward pass runs in pieces and gradients can be sent to other processes,
/// beginning with the last stage's while the first ones' are still computed. The gradients are the same: each piece begins with the
/// gradient that the piece behind it left at the cut.
/// </summary>
internal sealed class GradientCuts
{
    private readonly List<(string Stage, Tensor Output, Tensor Input)> _cuts = [];

    /// <summary>Cuts behind a stage.</summary>
    /// <param name="stage">The name that the stage's parameters begin with.</param>
    /// <param name="output">What the stage computed.</param>
    /// <returns>The same values, which what follows is computed from.</returns>
    public Tensor Behind(string stage, Tensor output)
    {
        if (!output.RequiresGrad)
        {
            return output; // frozen: the backward pass ends behind it
        }

        Tensor input = output.Detach();
        input.RequiresGrad = true;
        _cuts.Add((stage, output, input));
        return input;
    }

    /// <summary>Computes all gradients, from the last piece to the first.</summary>
    /// <param name="total">The loss.</param>
    /// <param name="done">
    /// Called after each piece with the names that parameters begin with whose gradients are yet to come; null where nobody asks.
    /// </param>
    public void Backward(Tensor total, Action<IReadOnlyList<string>>? done)
    {
        total.Backward();
        for (int i = _cuts.Count - 1; i >= 0; i--)
        {
            done?.Invoke([.. _cuts.Take(i + 1).Select(cut => cut.Stage)]);
            if (_cuts[i].Input.Grad is { } gradient)
            {
                _cuts[i].Output.Backward(gradient);
            }
        }

        _cuts.Clear();
        done?.Invoke([]);
    }
}
