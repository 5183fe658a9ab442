namespace Panoptes.Cli.Input;

/// <summary>Work that takes no token: who cancels no longer waits for it, and it ends by itself, or with the process.</summary>
internal static class Unstoppable
{
    /// <summary>Does the work on another thread and waits for it.</summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Run(work, cancellationToken).WaitAsync(cancellationToken);

    /// <inheritdoc cref="RunAsync"/>
    public static T Run<T>(Func<T> work, CancellationToken cancellationToken) =>
        RunAsync(work, cancellationToken).GetAwaiter().GetResult();
}
