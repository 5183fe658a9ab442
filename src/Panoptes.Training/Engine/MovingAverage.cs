namespace Panoptes.Training.Engine;

/// <summary>The mean of the last values.</summary>
/// <param name="window">How many values are remembered; at least 1.</param>
internal sealed class MovingAverage(int window)
{
    private readonly double[] _values = new double[window >= 1 ? window : throw new ArgumentOutOfRangeException(nameof(window))];
    private long _added;

    /// <summary>Values the mean is taken of, at most the window.</summary>
    public int Count => (int)Math.Min(_added, _values.Length);

    /// <summary>The mean of the remembered values; NaN before the first.</summary>
    public double Mean
    {
        get
        {
            // Summed again each time: a running sum would carry rounding errors (and one NaN) forever.
            double sum = 0;
            foreach (double value in _values.AsSpan(0, Count)) sum += value;
            return sum / Count;
        }
    }

    /// <summary>Remembers a value and forgets the oldest.</summary>
    public void Add(double value) => _values[_added++ % _values.Length] = value;
}
