namespace Panoptes.Training.Engine;

/// <summary>
/// Adds numbers up over the passes that run side by side: each gives its own, waits for the others', and receives the sum, taken in the
/// passes' order, whichever is first. A pass may do so again and again; the others then do so as often.
/// </summary>
/// <param name="passes">How many passes run side by side in this process.</param>
/// <param name="gather">Gives what the passes of each process gave, one after the other; null where there is one process.</param>
internal sealed class PassSums(int passes, Func<double[], double[][]>? gather = null)
{
    private readonly object _gate = new();
    private readonly bool[] _ended = new bool[passes];
    private Round _round = new(passes);

    /// <summary>Begins, before any of the passes.</summary>
    public void Begin()
    {
        Array.Clear(_ended);
        _round = new Round(passes);
    }

    /// <summary>Gives a pass's numbers and waits for the others, each of which gives as many, or has ended.</summary>
    /// <param name="pass">The pass, from 0.</param>
    /// <param name="own">Its numbers.</param>
    public double[] Add(int pass, double[] own)
    {
        lock (_gate)
        {
            Round round = _round; // that of the passes before this one: a next one begins when all have given
            round.Given[pass] = own;
            Monitor.PulseAll(_gate);
            while (round.Sum is null && !Enumerable.Range(0, passes).All(i => _ended[i] || round.Given[i] is not null))
            {
                Monitor.Wait(_gate);
            }

            if (round.Sum is null)
            {
                // Where a pass failed before it could give, its error ends the step when the others are through: this sum is not used then.
                round.Sum = Sum(round, own.Length);
                _round = new Round(passes);
                Monitor.PulseAll(_gate);
            }

            return round.Sum;
        }
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

    private double[] Sum(Round round, int length)
    {
        double[] own = [.. round.Given.OfType<double[]>().SelectMany(numbers => numbers)];
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

    private sealed class Round(int passes)
    {
        public double[]?[] Given { get; } = new double[passes][];

        public double[]? Sum { get; set; }
    }
}
