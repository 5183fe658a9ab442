using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Tests.Terminal;

public class ProgressDisplayTests
{
    private static WorkProgress Step(int iteration, int iterations = 90_000) => new("train", iteration, iterations)
    {
        Figures = ["loss 12.345", "AP 0.312", "45.2 images/s"],
        Details = ["class 0.412", "box 0.511", "centerness 0.612", "mask 0.812", "epoch 3.1", "rate 0.002", "more 1", "more 2", "more 3"],
        Remaining = TimeSpan.FromSeconds(43_650),
    };

    private static async Task<string> ShowAsync(Action<IProgress<WorkProgress>, TestClock> work)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        using ToolConsole console = new(output, error);
        int result = await RunAsync(console, work);
        Assert.Equal(5, result);
        Assert.Empty(output.ToString());
        return error.ToString();
    }

    private static async Task<RecordedTerminal> RecordAsync(
        int width, Action<IProgress<WorkProgress>, TestClock, ToolConsole, RecordedTerminal> work)
    {
        RecordedTerminal terminal = new(width);
        using ToolConsole console = new(TextWriter.Null, terminal, errorIsTerminal: true, width: () => terminal.Width);
        await RunAsync(console, (progress, clock) => work(progress, clock, console, terminal));
        return terminal;
    }

    private static Task<int> RunAsync(ToolConsole console, Action<IProgress<WorkProgress>, TestClock> work)
    {
        TestClock clock = new();
        return ProgressDisplay.RunAsync(
            console,
            progress =>
            {
                work(progress, clock);
                return Task.FromResult(5);
            },
            clock);
    }

    [Fact]
    public async Task Without_a_terminal_there_is_a_line_now_and_then_and_one_at_the_end()
    {
        string shown = await ShowAsync((progress, clock) =>
        {
            for (int i = 1; i <= 30; i++)
            {
                progress.Report(new WorkProgress("train", i, 30)
                {
                    Figures = [$"loss {30 - i}"],
                    Details = ["box 1"],
                    Remaining = TimeSpan.FromSeconds(30 - i),
                });
                clock.Advance(1);
            }

            progress.Report(new WorkProgress("evaluate", 1, 4));
            progress.Report(new WorkProgress("evaluate", 2, 4));
        });

        Assert.Equal(
            """
            train 1/30 (3 %), loss 29, box 1, 29 s left
            train 11/30 (36 %), loss 19, box 1, 19 s left
            train 21/30 (70 %), loss 9, box 1, 9 s left
            train 30/30 (100 %), loss 0, box 1, 0 s left
            evaluate 1/4 (25 %)

            """,
            shown);
    }

    [Theory]
    [InlineData(80, " ────  loss 12.345  AP 0.312  45.2 images/s  ETA 12:07:30",
        "  class 0.412  box 0.511  centerness 0.612  mask 0.812  epoch 3.1  rate 0.002")]
    [InlineData(120, " ━━━━━───────────────────────────────────  loss 12.345  AP 0.312  45.2 images/s  ETA 12:07:30",
        "  class 0.412  box 0.511  centerness 0.612  mask 0.812  epoch 3.1  rate 0.002  more 1  more 2  more 3")]
    [InlineData(160, " ━━━━━───────────────────────────────────  loss 12.345  AP 0.312  45.2 images/s  ETA 12:07:30",
        "  class 0.412  box 0.511  centerness 0.612  mask 0.812  epoch 3.1  rate 0.002  more 1  more 2  more 3")]
    [InlineData(60, "  loss 12.345  AP 0.312  ETA 12:07:30", "  class 0.412  box 0.511  centerness 0.612  mask 0.812")]
    [InlineData(40, "  ETA 12:07:30", "  class 0.412  box 0.511")]
    public async Task A_terminal_shows_what_fits_and_never_wraps(int width, string bar, string details)
    {
        RecordedTerminal terminal = await RecordAsync(width, (progress, clock, _, _) =>
        {
            for (int i = 12_300; i <= 12_345; i++)
            {
                progress.Report(Step(i));
                clock.Advance(1);
            }
        });

        Assert.Equal(0, terminal.Wraps);
        Assert.Equal([$"train 12345/90000  13%{bar}", details], terminal.Screen);
        Assert.True(terminal.Screen.All(row => row.Length < width));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(160)]
    public async Task Messages_stay_above_the_bars_and_nothing_is_left_of_earlier_drawings(int width)
    {
        string message = new('m', (2 * width) + 10); // three rows
        RecordedTerminal terminal = await RecordAsync(width, (progress, clock, console, _) =>
        {
            console.Say("loaded");
            for (int i = 1; i <= 100; i++)
            {
                progress.Report(Step(i, 100));
                clock.Advance(1);
                if (i % 50 != 0) continue;
                for (int image = 1; image <= 3; image++) progress.Report(new WorkProgress("evaluate", image, 3));
                console.Say(message);
            }
        });

        IReadOnlyList<string> screen = terminal.Screen;
        string[] wrapped = [new('m', width), new('m', width), new('m', 10)];
        Assert.Equal(["loaded", .. wrapped, .. wrapped], screen.Take(7));
        Assert.Equal(10, screen.Count);
        Assert.StartsWith("train    100/100 100% ", screen[7], StringComparison.Ordinal);
        Assert.DoesNotContain("ETA", screen[7], StringComparison.Ordinal);
        Assert.StartsWith("  class", screen[8], StringComparison.Ordinal);
        Assert.StartsWith("evaluate 3/3 100% ", screen[9], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(160, 80)]
    [InlineData(120, 37)]
    [InlineData(80, 160)]
    public async Task Another_width_leaves_nothing_wrapped_behind(int before, int after)
    {
        RecordedTerminal terminal = await RecordAsync(before, (progress, clock, console, screen) =>
        {
            progress.Report(Step(1));
            console.Say("a message");
            clock.Advance(1);
            screen.Resize(after);
            progress.Report(Step(2));
            clock.Advance(1);
            screen.Resize(before);
            screen.Resize(after);
            console.Say("another");
            progress.Report(Step(3));
        });

        Assert.Equal(["a message", "another"], terminal.Screen.Take(2));
        Assert.Equal(4, terminal.Screen.Count);
        Assert.StartsWith("train 3/90000   0%", terminal.Screen[2], StringComparison.Ordinal);
        Assert.True(terminal.Screen.All(row => row.Length < after));
    }

    [Fact]
    public async Task What_comes_after_the_work_stands_below_it()
    {
        RecordedTerminal terminal = new(80);
        using ToolConsole console = new(TextWriter.Null, terminal, errorIsTerminal: true, width: () => terminal.Width);

        await RunAsync(console, (progress, _) => progress.Report(new WorkProgress("read", 2, 2)));
        console.Say("done");
        await RunAsync(console, (progress, _) => progress.Report(new WorkProgress("write", 2, 2)));

        Assert.Equal(["read", "done", "write"], terminal.Screen.Select(row => row.Split(' ')[0]));
    }

    [Theory]
    [InlineData(59, "59 s", "0:59")]
    [InlineData(185, "3 min 05 s", "3:05")]
    [InlineData(7620, "2 h 07 min", "2:07:00")]
    [InlineData(90_000, "25 h 00 min", "25:00:00")]
    public void Durations_read_as_people_say_them_and_as_clocks_show_them(double seconds, string text, string clock)
    {
        Assert.Equal(text, WorkProgress.Duration(TimeSpan.FromSeconds(seconds)));
        Assert.Equal(clock, WorkProgress.Clock(TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public async Task What_fails_inside_fails_outside()
    {
        using StringWriter writer = new();
        using ToolConsole console = new(writer, writer, errorIsTerminal: true);

        await Assert.ThrowsAsync<IOException>(() =>
            ProgressDisplay.RunAsync<int>(console, _ => throw new IOException("full")));
    }

    private sealed class TestClock : TimeProvider
    {
        private long _ticks = TimeSpan.TicksPerHour;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(double seconds) => _ticks += TimeSpan.FromSeconds(seconds).Ticks;
    }
}
