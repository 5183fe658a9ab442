using System.Collections.Concurrent;

namespace Panoptes.Training.Data;

/// <summary>
/// Makes batches ahead of time on threads of its own and hands them out in the order of their plans. What goes wrong with a
/// batch is thrown to who takes that batch.
/// </summary>
internal sealed class BatchQueue : IDisposable
{
    private readonly Func<BatchPlan?> _nextPlan;
    private readonly Func<BatchPlan, CancellationToken, Batch> _make;
    private readonly int _ahead;
    private readonly Queue<Job> _ordered = new();
    private readonly BlockingCollection<Job> _work = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread[] _workers;
    private bool _planned;

    /// <summary>Starts the threads; nothing is planned before the first <see cref="Take"/>.</summary>
    /// <param name="nextPlan">Gives the plans in order, null after the last; called by who takes only.</param>
    /// <param name="make">Makes a batch; called by several threads at once.</param>
    /// <param name="workers">Number of threads; 0 makes batches in <see cref="Take"/>.</param>
    /// <param name="prefetch">Batches made or under way ahead of the one taken.</param>
    public BatchQueue(Func<BatchPlan?> nextPlan, Func<BatchPlan, CancellationToken, Batch> make, int workers, int prefetch)
    {
        _nextPlan = nextPlan;
        _make = make;
        _ahead = workers == 0 ? 1 : Math.Max(1, prefetch);
        _workers = new Thread[workers];
        for (int i = 0; i < workers; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = $"Panoptes loader {i}" };
            _workers[i].Start();
        }
    }

    /// <summary>The next batch, or null after the last.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting; the batch is not lost.</exception>
    public Batch? Take(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PlanAhead();
        if (!_ordered.TryPeek(out Job? job))
            return null;
        if (_workers.Length == 0)
            job.Run(_make, CancellationToken.None);
        Task.WaitAny([job.Result.Task], cancellationToken);
        _ordered.Dequeue();
        if (_workers.Length > 0)
            PlanAhead();
        return job.Result.Task.GetAwaiter().GetResult();
    }

    /// <summary>Stops the threads and waits for them.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _work.CompleteAdding();
        foreach (Thread worker in _workers)
            worker.Join();
        _work.Dispose();
        _stop.Dispose();
    }

    private void PlanAhead()
    {
        while (!_planned && _ordered.Count < _ahead)
        {
            if (_nextPlan() is not { } plan)
            {
                _planned = true;
                return;
            }
            Job job = new(plan);
            _ordered.Enqueue(job);
            if (_workers.Length > 0)
                _work.Add(job);
        }
    }

    private void Work()
    {
        try
        {
            foreach (Job job in _work.GetConsumingEnumerable(_stop.Token))
                job.Run(_make, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private sealed class Job(BatchPlan plan)
    {
        public TaskCompletionSource<Batch> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Run(Func<BatchPlan, CancellationToken, Batch> make, CancellationToken cancellationToken)
        {
            try
            {
                Result.TrySetResult(make(plan, cancellationToken));
            }
            catch (Exception error)
            {
                Result.TrySetException(error);
            }
        }
    }
}
