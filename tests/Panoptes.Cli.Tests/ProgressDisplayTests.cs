using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Tests;

public class ProgressDisplayTests
{
    private sealed class Clock : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(double seconds) => _ticks += TimeSpan.FromSeconds(seconds).Ticks;
    }

    private static async Task<string> ShowAsync(bool terminal, Action<IProgress<WorkProgress>, Clock> work)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        using ToolConsole console = new(output, error, errorIsTerminal: terminal);
        Clock clock = new();
        int result = await ProgressDisplay.RunAsync(
            console,
            progress =>
            {
                work(progress, clock);
                return Task.FromResult(5);
            },
            clock);
        Assert.Equal(5, result);
        Assert.Empty(output.ToString());
        return error.ToString();
    }

    [Fact]
    public async Task Without_a_terminal_there_is_a_line_now_and_then_and_one_at_the_end()
    {
        string shown = await ShowAsync(terminal: false, (progress, clock) =>
        {
            for (int i = 1; i <= 30; i++)
            {
                progress.Report(new WorkProgress("train", i, 30, $"loss {30 - i}", TimeSpan.FromSeconds(30 - i)));
                clock.Advance(1);
            }

            progress.Report(new WorkProgress("evaluate", 1, 4));
            progress.Report(new WorkProgress("evaluate", 2, 4));
        });

        Assert.Equal(
            """
            train 1/30 (3 %), loss 29, 29 s left
            train 11/30 (36 %), loss 19, 19 s left
            train 21/30 (70 %), loss 9, 9 s left
            train 30/30 (100 %), loss 0, 0 s left
            evaluate 1/4 (25 %)

            """,
            shown);
    }

    [Fact]
    public async Task On_a_terminal_the_stages_and_details_are_drawn()
    {
        string shown = await ShowAsync(terminal: true, (progress, _) =>
        {
            progress.Report(new WorkProgress("train", 10, 10, "loss [0.5]"));
            progress.Report(new WorkProgress("evaluate", 2, 4));
        });

        Assert.Contains("train", shown, StringComparison.Ordinal);
        Assert.Contains("evaluate", shown, StringComparison.Ordinal);
        Assert.Contains("loss [0.5]", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(59, "59 s")]
    [InlineData(185, "3 min 05 s")]
    [InlineData(7620, "2 h 07 min")]
    [InlineData(90_000, "25 h 00 min")]
    public void Durations_read_as_people_say_them(double seconds, string text) =>
        Assert.Equal(text, WorkProgress.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task What_fails_inside_fails_outside()
    {
        using StringWriter writer = new();
        using ToolConsole console = new(writer, writer, errorIsTerminal: true);

        await Assert.ThrowsAsync<IOException>(() =>
            ProgressDisplay.RunAsync<int>(console, _ => throw new IOException("full")));
    }
}
