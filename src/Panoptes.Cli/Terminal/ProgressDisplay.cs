namespace Panoptes.Cli.Terminal;

/// <summary>
/// Shows how far a command has come, on stderr: a bar for each stage on a terminal, else a plain line now and then, which is what a
/// log file wants.
/// </summary>
internal static class ProgressDisplay
{
    /// <summary>Seconds between two plain lines of one stage.</summary>
    private const double LineInterval = 10;

    /// <summary>Seconds between two drawings on a terminal.</summary>
    private const double DrawInterval = 0.1;

    /// <summary>Does some work and shows its progress until it ends.</summary>
    /// <param name="console">Where to show it.</param>
    /// <param name="work">The work; it reports from any thread.</param>
    /// <param name="time">The clock between lines and drawings; null takes the system's.</param>
    /// <returns>What the work returns.</returns>
    public static async Task<T> RunAsync<T>(ToolConsole console, Func<IProgress<WorkProgress>, Task<T>> work, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        if (console.Live is not { } live) return await work(new PlainLines(console.Error, time)).ConfigureAwait(false);
        Bars bars = new(live, console.ErrorHasColors, time);
        try
        {
            return await work(bars).ConfigureAwait(false);
        }
        finally
        {
            bars.Finish();
        }
    }

    private static bool IsLast(WorkProgress value) => value.Total > 0 && value.Done >= value.Total;

    /// <summary>A line for each stage; work that comes back to a stage goes on with its line.</summary>
    private sealed class Bars(LiveBlock live, bool colors, TimeProvider time) : IProgress<WorkProgress>
    {
        private readonly Lock _lock = new();
        private readonly OrderedDictionary<string, WorkProgress> _stages = [];
        private long _drawnAt;

        public void Report(WorkProgress value)
        {
            lock (_lock)
            {
                bool isNew = !_stages.ContainsKey(value.Stage);
                _stages[value.Stage] = value;
                bool due = isNew || IsLast(value) || time.GetElapsedTime(_drawnAt).TotalSeconds >= DrawInterval;
                if (due) Draw();
            }
        }

        public void Finish()
        {
            lock (_lock)
            {
                if (_stages.Count > 0) Draw();
                live.Release();
            }
        }

        private void Draw()
        {
            live.Draw(Lines);
            _drawnAt = time.GetTimestamp();
        }

        private IEnumerable<LiveLine> Lines(int columns)
        {
            int nameColumns = _stages.Keys.Max(stage => stage.Length);
            foreach (WorkProgress stage in _stages.Values)
            {
                yield return ProgressLine.Of(stage, nameColumns, columns, colors);
                if (ProgressLine.DetailsOf(stage, columns) is { } details) yield return details;
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
                bool due = value.Stage != _stage || IsLast(value)
                    || time.GetElapsedTime(_last, now).TotalSeconds >= LineInterval;
                if (!due) return;
                (_stage, _last) = (value.Stage, now);
                error.WriteLine(value.ToString());
            }
        }
    }
}
