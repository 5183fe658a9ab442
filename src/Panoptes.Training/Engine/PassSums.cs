namespace Panoptes.Training.Engine;

/// <summary>
/// Adds numbers up over the passes that run side by side: each gives its own, waits for the others', and receives the sum, taken in the
/// passes' order, whichever is first.
/// </summary>
/// <param name="passes">How many passes run side by side in this process.</param>
/// <param name="gather">Gives what the passes of each process gave, one after the other; null where there is one process.</param>
internal sealed class PassSums(int passes, Func<double[], double[][]>? gather = null)
{
    private readonly object _gate = new();
    private readonly double[]?[] _given = new double[passes][];
    private readonly bool[] _ended = new bool[passes];
    private double[]? _sum;

    /// <summary>Begins a round, before any of its passes.</summary>
    public void Begin()
    {
        Array.Clear(_given);
        Array.Clear(_ended);
        _sum = null;
    }

    /// <summary>Gives a pass's numbers and waits for the others, each of which gives as many, or has ended.</summary>
    /// <param name="pass">The pass, from 0.</param>
    /// <param name="own">Its numbers.</param>
    /// <exception cref="InvalidOperationException">The pass has given its numbers of this round already.</exception>
    public double[] Add(int pass, double[] own)
    {
        lock (_gate)
        {
            if (_given[pass] is not null)
            {
                throw new InvalidOperationException("a pass gives its numbers once");
            }

            _given[pass] = own;
            Monitor.PulseAll(_gate);
            while (!Enumerable.Range(0, passes).All(i => _ended[i] || _given[i] is not null))
            {
                Monitor.Wait(_gate);
            }

            // Where a pass failed before it could give, its error ends the step when the others are through: this sum is not used then.
            return _sum ??= Sum(own.Length);
        }
    }

    private double[] Sum(int length)
    {
        double[] own = [.. _given.OfType<double[]>().SelectMany(numbers => numbers)];
        double[] sum = new double[length];
        foreach (double[] numbers in gather?.Invoke(own) ?? [own])
        {
            for (int i = 0; i < numbers.Length; i++)
            {
                sum[i % length] += numbers[i];
            }
        }

        return sum;
    }

    /// <summary>Says that a pass is over, well or not: nothing waits for it any more.</summary>
    public void End(int pass)
    {
        lock (_gate)
        {
            _ended[pass] = true;
            Monitor.PulseAll(_gate);
        }
    }
}
