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

    /// <summary>
    /// Queues work; what it throws is thrown where the task is awaited. Work that is cancelled while it waits ends at once, and its
    /// function is held no longer.
    /// </summary>
    /// <exception cref="InvalidOperationException">The thread was disposed.</exception>
    public Task<T> Start<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        WorkItem<T> item = new(work, cancellationToken);
        try
        {
            // Traces and scopes of logs belong to the caller here too.
            Add(ExecutionContext.Capture(), item.Run);
        }
        catch
        {
            item.Drop();
            throw;
        }

        return item.Task;
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

    /// <summary>Work that waits, is done or was cancelled before its turn came.</summary>
    private sealed class WorkItem<T>
    {
        // Anyone who awaits goes on elsewhere: on this thread, Dispose would wait for itself.
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationToken _cancellationToken;
        private readonly CancellationTokenRegistration _registration;
        private Func<T>? _work; // null from its beginning or its cancellation on: the queue holds nothing of it then

        public WorkItem(Func<T> work, CancellationToken cancellationToken)
        {
            (_work, _cancellationToken) = (work, cancellationToken);
            _registration = cancellationToken.UnsafeRegister(static item => ((WorkItem<T>)item!).Cancel(), this);
        }

        public Task<T> Task => _done.Task;

        public void Run()
        {
            if (Take() is not { } work)
            {
                return;
            }

            try
            {
                _cancellationToken.ThrowIfCancellationRequested();
                _done.TrySetResult(work());
            }
            catch (OperationCanceledException stopped) when (stopped.CancellationToken == _cancellationToken)
            {
                _done.TrySetCanceled(_cancellationToken);
            }
#pragma warning disable CA1031 // Whatever it is: it belongs to anyone who waits for the result.
            catch (Exception error)
#pragma warning restore CA1031
            {
                _done.TrySetException(error);
            }
        }

        /// <summary>Gives up work that could not be queued.</summary>
        public void Drop() => Take();

        private void Cancel()
        {
            if (Interlocked.Exchange(ref _work, null) is not null)
            {
                _done.TrySetCanceled(_cancellationToken);
            }
        }

        private Func<T>? Take()
        {
            Func<T>? work = Interlocked.Exchange(ref _work, null);
            _registration.Dispose();
            return work;
        }
    }
}
