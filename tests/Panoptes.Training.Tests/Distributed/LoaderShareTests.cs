using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Distributed;

public class LoaderShareTests
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(8, 3)]
    [InlineData(4, 1)]
    [InlineData(64, 64)]
    public void Every_batch_belongs_to_one_process_and_all_have_some(int batches, int size)
    {
        LoaderShare[] shares = [.. Enumerable.Range(0, size).Select(rank => LoaderShare.Deal(batches, rank, size))];
        Assert.All(shares, share => Assert.InRange(share.Count, batches / size, (batches / size) + 1));
        for (long number = 0; number < 3 * batches; number++)
        {
            Assert.Single(shares, share => share.Holds(number));
        }
    }

    [Fact]
    public void After_its_last_batch_of_a_round_a_process_stands_where_the_others_do()
    {
        Assert.Equal([4, 4, 8, 8], new long[] { 0, 1, 4, 5 }.Select(LoaderShare.Deal(4, 0, 2).TakenAfter));
        Assert.Equal([4, 4, 8, 8], new long[] { 2, 3, 6, 7 }.Select(LoaderShare.Deal(4, 1, 2).TakenAfter));
        Assert.Equal([1, 2], new long[] { 0, 1 }.Select(LoaderShare.All.TakenAfter));
    }
}
