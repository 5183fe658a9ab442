using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

public class PassSumsTests
{
    [Fact]
    public void Every_pass_receives_the_sum_in_the_passes_order()
    {
        // Added in another order, 1 would be lost next to 1e17.
        PassSums sums = new(3);
        double[][] own = [[1e17, 1], [-1e17, 2], [1, 3]];
        for (int round = 0; round < 20; round++)
        {
            sums.Begin();
            double[][] received = Run(3, pass =>
            {
                double[] sum = sums.Add(pass, own[pass]);
                sums.End(pass);
                return sum;
            });
            Assert.All(received, sum => Assert.Equal([1, 6], sum));
        }
    }

    [Fact]
    public void A_pass_that_fails_lets_the_others_go_on()
    {
        PassSums sums = new(3);
        sums.Begin();
        double[][] received = Run(3, pass =>
        {
            try
            {
                return pass == 1 ? throw new InvalidOperationException("broken") : sums.Add(pass, [pass + 1]);
            }
            catch (InvalidOperationException)
            {
                return [];
            }
            finally
            {
                sums.End(pass);
            }
        });
        Assert.Equal([[4], [], [4]], received);
    }

    [Fact]
    public void Passes_that_give_nothing_wait_for_nobody()
    {
        PassSums sums = new(2);
        sums.Begin();
        sums.End(0);
        sums.End(1);
        Assert.Equal([5], new PassSums(1).Add(0, [5]));
    }

    [Fact]
    public void Passes_add_up_as_often_as_they_like()
    {
        PassSums sums = new(3);
        sums.Begin();
        double[][] received = Run(3, pass =>
        {
            double sum = pass + 1;
            for (int round = 0; round < 200; round++) sum = sums.Add(pass, [sum, pass])[0] / 3;
            sums.End(pass);
            return new[] { sum };
        });
        Assert.All(received, last => Assert.Equal(2, last[0], 1e-9));
    }

    [Fact]
    public void The_passes_of_other_processes_count_in_the_order_of_the_processes()
    {
        double[] given = [];
        PassSums sums = new(2, own =>
        {
            given = own;
            return [[1e17, 1], own, [-1e17, 5]];
        });
        sums.Begin();
        double[][] received = Run(2, pass => sums.Add(pass, [pass == 0 ? -1e17 : 1e17, pass]));
        Assert.Equal([-1e17, 0, 1e17, 1], given);
        Assert.All(received, sum => Assert.Equal([0, 7], sum));
    }

    private static T[] Run<T>(int passes, Func<int, T> pass)
    {
        T[] results = new T[passes];
        Thread[] threads = [.. Enumerable.Range(0, passes).Select(i => new Thread(() => results[i] = pass(i)))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "a pass hangs"));
        return results;
    }
}
