using System.Collections.Concurrent;

namespace Panoptes;

/// <summary>
/// One thread that lives as long as the object: OpenMP keeps its helpers, and libtorch its number of threads, by the calling thread, so
/// that a thread pool's changing threads would start them ever again.
/// </summary>
internal sealed class WorkThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public WorkThread(string name)
    {
        _thread = new Thread(Work) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Queues work; what it throws is thrown where the task is awaited.</summary>
    /// <exception cref="InvalidOperationException">The thread was disposed.</exception>
    public Task<T> Start<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        // Anyone who awaits goes on elsewhere: on this thread, Dispose would wait for itself.
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // Traces and scopes of logs belong to the caller here too.
        ExecutionContext? flow = ExecutionContext.Capture();
        Add(flow, () =>
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                done.SetResult(work());
            }
            catch (OperationCanceledException stopped) when (stopped.CancellationToken == cancellationToken)
            {
                done.SetCanceled(cancellationToken);
            }
#pragma warning disable CA1031 // Whatever it is: it belongs to anyone who waits for the result.
            catch (Exception error)
#pragma warning restore CA1031
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Add(ExecutionContext? flow, Action work) =>
        _work.Add(flow is null ? work : () => ExecutionContext.Run(flow, static run => ((Action)run!)(), work), CancellationToken.None);

    private void Work()
    {
        foreach (Action work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
