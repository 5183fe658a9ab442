using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Distributed;

namespace Panoptes.Cli;

/// <summary>Reports a failure in one line and chooses the exit code.</summary>
internal static class Failure
{
    /// <summary>Writes one line about <paramref name="exception"/>, and its stack trace if asked for.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Report(Exception exception, TextWriter error, bool verbose, CancellationToken cancellationToken)
    {
        Exception cause = CauseOf(exception);
        (int code, string line) = cause switch
        {
            OperationCanceledException when cancellationToken.IsCancellationRequested => (ExitCode.Interrupted, "interrupted"),
            InputException => (ExitCode.WrongInput, $"error: {OneLine.Of(OptionNames.Translate(cause.Message))}"),
            ProcessLostException => (ExitCode.Failed, $"error: {OneLine.Of(OptionNames.Translate(cause.Message))}"),
            _ => (ExitCode.Failed, $"error: {OneLine.Of(cause.Message)}"),
        };
        error.WriteLine(line);
        if (verbose && code != ExitCode.Interrupted) error.WriteLine(exception.ToString());
        return code;
    }

    /// <summary>Parallel loops and static constructors wrap what went wrong: the first bad input in it, or its first failure.</summary>
    private static Exception CauseOf(Exception exception)
    {
        switch (exception)
        {
            case AggregateException many:
                Exception[] causes = [.. many.Flatten().InnerExceptions.Select(CauseOf)];
                return causes.FirstOrDefault(e => e is InputException) ?? causes.FirstOrDefault() ?? exception;
            case TypeInitializationException { InnerException: { } inner }:
                return CauseOf(inner);
            default:
                return exception;
        }
    }
}
