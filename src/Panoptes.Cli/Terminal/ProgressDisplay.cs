using Spectre.Console;

namespace Panoptes.Cli.Terminal;

/// <summary>
/// Shows how far a command has come, on stderr: a bar for each stage on a terminal, else a plain line now and then, which is what a
/// log file wants.
/// </summary>
internal static class ProgressDisplay
{
    /// <summary>Seconds between two plain lines of one stage.</summary>
    private const double LineInterval = 10;

    /// <summary>Does some work and shows its progress until it ends.</summary>
    /// <param name="console">Where to show it.</param>
    /// <param name="work">The work; it reports from any thread.</param>
    /// <param name="time">The clock between plain lines; null takes the system's.</param>
    /// <returns>What the work returns.</returns>
    public static Task<T> RunAsync<T>(ToolConsole console, Func<IProgress<WorkProgress>, Task<T>> work, TimeProvider? time = null) =>
        console.ErrorIsTerminal ? RunOnTerminalAsync(console, work) : work(new PlainLines(console.Error, time ?? TimeProvider.System));

    private static Task<T> RunOnTerminalAsync<T>(ToolConsole console, Func<IProgress<WorkProgress>, Task<T>> work)
    {
        DetailColumn details = new();
        return console.Messages.Progress()
            .AutoClear(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                details)
            .StartAsync(context => work(new Bars(context, details)));
    }

    /// <summary>A bar for each stage; work that comes back to a stage goes on with its bar.</summary>
    private sealed class Bars(ProgressContext context, DetailColumn details) : IProgress<WorkProgress>
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public void Report(WorkProgress value)
        {
            lock (_lock)
            {
                if (!_tasks.TryGetValue(value.Stage, out ProgressTask? task))
                {
                    task = context.AddTask(value.Stage);
                    _tasks.Add(value.Stage, task);
                }

                task.MaxValue = Math.Max(value.Total, 1);
                task.Value = value.Done;
                string remaining = value.Remaining is { } left && value.Done < value.Total ? $"{WorkProgress.Duration(left)} left" : "";
                details.Show(task, string.Join(", ", new[] { value.Detail, remaining }.Where(t => t.Length > 0)));
            }
        }
    }

    /// <summary>The first and the last step of each stage, and between them a line every few seconds.</summary>
    private sealed class PlainLines(TextWriter error, TimeProvider time) : IProgress<WorkProgress>
    {
        private readonly Lock _lock = new();
        private string _stage = "";
        private long _last;

        public void Report(WorkProgress value)
        {
            lock (_lock)
            {
                long now = time.GetTimestamp();
                bool due = value.Stage != _stage || value.Done >= value.Total
                    || time.GetElapsedTime(_last, now).TotalSeconds >= LineInterval;
                if (!due) return;
                (_stage, _last) = (value.Stage, now);
                error.WriteLine(value.ToString());
            }
        }
    }
}
