using System.Globalization;

namespace Panoptes.Training.Distributed;

/// <summary>One of several shares of a list, of equal length but for one item: each is a run of neighbors.</summary>
public sealed record Shard
{
    /// <summary>The most shares of a list.</summary>
    public const int MaxCount = 100_000;

    /// <summary>Names a share.</summary>
    /// <param name="number">Which one, from 1 to <paramref name="count"/>.</param>
    /// <param name="count">How many there are, from 1 to <see cref="MaxCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public Shard(int number, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, count);
        (Number, Count) = (number, count);
    }

    /// <summary>The one share that is the whole list.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Which one, from 1 to <see cref="Count"/>.</summary>
    public int Number { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The share's first item in a list.</summary>
    /// <param name="length">How many items the list has.</param>
    public int First(int length) => (int)((long)length * (Number - 1) / Count);

    /// <summary>The item after the share's last one.</summary>
    /// <inheritdoc cref="First"/>
    public int End(int length) => (int)((long)length * Number / Count);

    /// <summary>The share as commands take it, such as <c>3/16</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
