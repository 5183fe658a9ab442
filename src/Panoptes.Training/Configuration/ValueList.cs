namespace Panoptes.Training.Configuration;

/// <summary>Makes <see cref="ValueList{T}"/>s; collection expressions use it.</summary>
public static class ValueList
{
    /// <summary>A list of copies of the given items.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}
