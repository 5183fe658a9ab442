namespace Panoptes.Training.Engine;

/// <summary>Averages of losses by name since it was last emptied.</summary>
internal sealed class LossMeter
{
    private readonly Dictionary<string, double> _sums = [];
    private int _count;

    public void Add(IReadOnlyList<(string Name, double Value)> losses)
    {
        foreach ((string name, double value) in losses)
        {
            _sums[name] = _sums.GetValueOrDefault(name) + value;
        }

        _count++;
    }

    public Dictionary<string, double> Average() => _sums.ToDictionary(s => s.Key, s => s.Value / Math.Max(_count, 1));

    public void Clear()
    {
        _sums.Clear();
        _count = 0;
    }
}
