namespace Panoptes;

/// <summary>
/// Works on many inputs with all cores; when several are wrong, the first of them is complained about, as one thread would.
/// </summary>
internal static class ParallelInput
{
    /// <summary>Calls <paramref name="body"/> for 0 to <paramref name="count"/> − 1.</summary>
    /// <param name="count">How many inputs there are.</param>
    /// <param name="body">Works on one.</param>
    /// <param name="describe">Turns the message of what is wrong with one into the whole message.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">An input is wrong.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void For(
        int count, Action<int> body, Func<int, string, string> describe, CancellationToken cancellationToken = default) =>
        For(count, () => 0, (i, _) => body(i), describe, cancellationToken);

    /// <summary>Calls <paramref name="body"/> for 0 to <paramref name="count"/> − 1, with working memory for each thread.</summary>
    /// <param name="count">How many inputs there are.</param>
    /// <param name="memory">Makes a thread's working memory, which is disposed in the end if it can be.</param>
    /// <param name="body">Works on one.</param>
    /// <param name="describe">Turns the message of what is wrong with one into the whole message.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">An input is wrong.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void For<TMemory>(
        int count,
        Func<TMemory> memory,
        Action<int, TMemory> body,
        Func<int, string, string> describe,
        CancellationToken cancellationToken = default)
    {
        FirstError first = new();
        int next = -1;
        Workers.Run(count, () =>
        {
            TMemory own = memory();

            // Taken in order: what comes before an input that is wrong is looked at in any case.
            while (!first.Any && !cancellationToken.IsCancellationRequested && Interlocked.Increment(ref next) is int i && i < count)
            {
                try
                {
                    body(i, own);
                }
                catch (Exception e)
                {
                    first.Add(i, e is InputException wrong ? wrong.WithMessage(describe(i, e.Message)) : e);
                }
            }

            (own as IDisposable)?.Dispose();
        });
        cancellationToken.ThrowIfCancellationRequested();
        first.Throw();
    }

    /// <summary>Calls <paramref name="body"/> with ranges, from one place to before another, that together are 0 to
    /// <paramref name="count"/> − 1: for work too small to be handed out one by one.</summary>
    /// <exception cref="InputException">An input is wrong; the first of them is complained about.</exception>
    public static void ForRanges(int count, Action<int, int> body)
    {
        const int length = 4096;
        For((count + length - 1) / length, i => body(i * length, Math.Min(count, (i + 1) * length)), (_, message) => message);
    }
}
