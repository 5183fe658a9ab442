using Microsoft.Extensions.Logging;

namespace Panoptes.Cli.Terminal;

/// <summary>What the libraries log, as lines on stderr: above the bar where there is one.</summary>
/// <param name="console">Where the lines go.</param>
/// <param name="minimum">The least level that is shown.</param>
internal sealed class MessageLogger(ToolConsole console, LogLevel minimum = LogLevel.Information) : ILogger
{
    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => logLevel >= minimum && logLevel != LogLevel.None;

    /// <inheritdoc />
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        string prefix = logLevel switch
        {
            LogLevel.Warning => "warning: ",
            LogLevel.Error or LogLevel.Critical => "error: ",
            _ => "",
        };
        console.Say(prefix + formatter(state, exception));
    }
}
