using Panoptes.Torch.Kernels;

namespace Panoptes.Torch.Tests.Kernels;

public class ParallelLoopTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Each_item_comes_once(int count)
    {
        int[] calls = new int[count];
        int threads = ParallelLoop.Threads;
        ParallelLoop.Run(count, (thread, item) =>
        {
            Assert.InRange(thread, 0, threads - 1);
            Interlocked.Increment(ref calls[item]);
        });
        Assert.All(calls, times => Assert.Equal(1, times));
    }

    [Fact]
    public void What_a_body_throws_arrives_at_the_caller()
    {
        InvalidDataException failure = new("no");
        Assert.Same(failure, Assert.Throws<InvalidDataException>(() => ParallelLoop.Run(100, (_, item) =>
        {
            if (item == 50)
            {
                throw failure;
            }
        })));
    }
}
