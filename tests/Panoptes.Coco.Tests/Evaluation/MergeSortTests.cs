using Panoptes.Coco.Evaluation;

namespace Panoptes.Coco.Tests.Evaluation;

public sealed class MergeSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(48)]
    [InlineData(1000)]
    public void Sorts_as_a_stable_sort_does_and_leaves_the_rest_alone(int count)
    {
        Random random = new(count);
        Pair[] items = [.. Enumerable.Range(0, count + 3).Select(i => new Pair(random.Next(20), i))];
        Pair[] expected = [.. items.Take(count).OrderBy(item => item.Key), .. items.Skip(count)];
        Pair[] memory = [];
        MergeSort.Sort(items, count, ref memory);
        Assert.Equal(expected, items);
    }

    private readonly record struct Pair(int Key, int Place) : IComparable<Pair>
    {
        public int CompareTo(Pair other) => Key.CompareTo(other.Key);
    }
}
