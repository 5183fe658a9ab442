using System.Runtime.CompilerServices;

namespace Panoptes.Torch.Tests;

public class TensorScopeTests
{
    public TensorScopeTests()
    {
        // What other tests left to the garbage collector must not go away in the middle of a count.
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [Fact]
    public void Keeping_moves_a_tensor_out_by_one_scope()
    {
        long before = Tensor.LiveCount;
        Tensor kept;
        using (TensorScope outer = new())
        {
            using (TensorScope middle = new())
            {
                using (TensorScope inner = new())
                    kept = inner.Keep(Tensor.Ones([2]));
                Assert.Equal(1, middle.Count);
                Assert.Equal(0, outer.Count);
                middle.Keep(kept);
            }

            Assert.Equal(1, outer.Count);
            outer.Keep(kept);
        }

        Assert.False(kept.IsDisposed);
        Assert.Equal(before + 1, Tensor.LiveCount);
        kept.Dispose();
        kept.Dispose();
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void A_disposed_tensor_leaves_its_scope_and_the_others_stay_in_order()
    {
        using TensorScope scope = new();
        Tensor[] tensors = [.. Enumerable.Range(0, 10).Select(i => Tensor.Full([1], i))];
        foreach (int index in (int[])[9, 0, 4, 8])
            tensors[index].Dispose();
        Assert.Equal(6, scope.Count);
        Assert.Equal([1, 2, 3, 5, 6, 7], tensors.Where(t => !t.IsDisposed).Select(t => (int)t.ToDouble()));
        tensors[5].Detached();
        Assert.Equal(5, scope.Count);
        tensors[5].Dispose();
    }

    [Fact]
    public void Scopes_closed_in_the_wrong_order_are_an_error()
    {
        using TensorScope outer = new();
        using (new TensorScope())
            Assert.Throws<InvalidOperationException>(outer.Dispose);
    }

    [Fact]
    public void A_scope_closed_on_another_thread_is_an_error()
    {
        using TensorScope scope = new();
        Exception? error = null;
        Thread thread = new(() => error = Record.Exception(scope.Dispose));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(error);
    }

    [Fact]
    public void Each_thread_has_scopes_of_its_own()
    {
        long before = Tensor.LiveCount;
        using (TensorScope scope = new())
        {
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                for (int i = 0; i < 200; i++)
                {
                    using TensorScope own = new();
                    Tensor x = Tensor.Ones([8]) + 1.0;
                    own.Keep(x).Dispose();
                }
            }))];
            Array.ForEach(threads, t => t.Start());
            Array.ForEach(threads, t => t.Join());
            Assert.Equal(0, scope.Count);
        }

        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void An_operator_that_fails_leaves_no_tensor_behind()
    {
        long before = Tensor.LiveCount;
        for (int i = 0; i < 20; i++)
        {
            using TensorScope scope = new();
            Tensor x = Tensor.Ones([2, 3]);
            Assert.Throws<TorchException>(() => x.Mm(x));
            Assert.Throws<TorchException>(() => Tensor.Cat([x, Tensor.Ones([5])]));
            Assert.Throws<TorchException>(() => x.Sort(true, 7, false));
            Assert.Throws<TorchException>(() => x.Backward());
        }

        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void A_tensor_that_was_freed_says_so()
    {
        Tensor x;
        using (new TensorScope())
            x = Tensor.Ones([2]);
        Assert.True(x.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => x + 1.0);
        Assert.Throws<ObjectDisposedException>(() => x.ToArray<float>());
        Assert.Equal("disposed tensor", x.ToString());
    }

    [Fact]
    public void The_garbage_collector_frees_what_nobody_disposed_of()
    {
        long before = Tensor.LiveCount;
        MakeAndForget();
        Assert.True(Tensor.LiveCount > before);
        for (int i = 0; i < 20 && Tensor.LiveCount > before; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Gradients_are_freed_with_the_scope_in_which_they_were_looked_at()
    {
        long before = Tensor.LiveCount;
        using (TensorScope scope = new())
        {
            Tensor weight = Tensor.Ones([3]);
            weight.RequiresGrad = true;
            for (int i = 0; i < 5; i++)
            {
                using TensorScope step = new();
                (weight * weight).Sum().Backward();
                Assert.Equal(2.0 * (i + 1), weight.Grad!.Max().ToDouble());
            }

            Assert.Equal(1, scope.Count);
        }

        Assert.Equal(before, Tensor.LiveCount);
    }

    // A frame of its own, so that no register still holds a tensor.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeAndForget()
    {
        for (int i = 0; i < 10; i++)
            _ = Tensor.Ones([4]);
    }
}
