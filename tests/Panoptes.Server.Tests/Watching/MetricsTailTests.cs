using Panoptes.Server.Watching;

namespace Panoptes.Server.Tests.Watching;

public sealed class MetricsTailTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestRun _run;
    private readonly MetricsTail _tail;

    public MetricsTailTests()
    {
        _run = new TestRun(Path.Combine(_folder.Path, "run"));
        _tail = new MetricsTail(_run.Folder.MetricsJsonlFile);
    }

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void New_lines_are_read_as_they_come()
    {
        Assert.Empty(Read());

        _run.Log(1, 4, ap: 0.25);
        Assert.Equal([1, 1], Read());
        Assert.Equal([4, null], _tail.Lines.Select(l => l.Loss));
        Assert.Equal(0.25, _tail.Lines[1].Ap);
        long generation = _tail.Generation;

        _run.Log(2, 3);
        Assert.Equal([1, 1, 2], Read());
        Assert.Equal(generation, _tail.Generation);
    }

    [Fact]
    public void A_half_line_waits_for_its_end()
    {
        string line = TestRun.Line(7);
        _run.Log(1, 4);
        _run.Append(line[..10]);
        Assert.Equal([1], Read());

        _run.Append(line[10..]);
        Assert.Equal([1], Read()); // whole, but its end is not written

        _run.Append("\n");
        Assert.Equal([1, 7], Read());
    }

    [Theory]
    [InlineData("{\"iteration\":3,\"loss")]
    [InlineData("{\"iteration\":\"3\"}")]
    [InlineData("{\"loss_total\":3}")]
    [InlineData("[1]")]
    [InlineData("{\"iteration\":3}{")]
    [InlineData("")]
    public void What_is_no_line_of_metrics_is_skipped(string text)
    {
        _run.Append(text + "\n" + TestRun.Line(4) + "\n");

        Assert.Equal([4], Read());
        Assert.Null(_tail.Problem);
    }

    [Fact]
    public void A_resumed_run_that_drops_lines_is_read_again()
    {
        foreach (int iteration in new[] { 1, 2, 3, 4 }) _run.Log(iteration, 5 - iteration);
        Read();
        long generation = _tail.Generation;

        _run.Resume(2);
        Assert.Equal([1, 2], Read());
        Assert.True(_tail.Generation > generation);
    }

    [Fact]
    public void A_resumed_run_that_grew_past_what_was_read_is_noticed_all_the_same()
    {
        foreach (int iteration in new[] { 1, 2, 3 }) _run.Log(iteration, 1);
        Read();
        long generation = _tail.Generation;

        _run.Resume(1);
        foreach (int iteration in new[] { 2, 3, 4, 5 }) _run.Log(iteration, 0.123456789);
        Assert.Equal([1, 2, 3, 4, 5], Read());
        Assert.Equal(0.123456789, _tail.Lines[1].Loss);
        Assert.True(_tail.Generation > generation);
    }

    [Fact]
    public void A_resumed_run_that_drops_nothing_goes_on()
    {
        foreach (int iteration in new[] { 1, 2 }) _run.Log(iteration, 1);
        Read();
        long generation = _tail.Generation;

        _run.Resume(2);
        _run.Log(3, 1);
        Assert.Equal([1, 2, 3], Read());
        Assert.Equal(generation, _tail.Generation);
    }

    [Fact]
    public void A_deleted_file_has_no_lines_and_may_come_back()
    {
        _run.Log(1, 4);
        Read();
        File.Delete(_run.Folder.MetricsJsonlFile);
        Assert.Empty(Read());

        _run.Append(TestRun.Line(9) + "\n");
        Assert.Equal([9], Read());
    }

    [Fact]
    public void A_file_that_is_not_there_is_no_problem()
    {
        MetricsTail tail = new(Path.Combine(_folder.Path, "missing", "metrics.jsonl"));
        tail.Refresh();

        Assert.Empty(tail.Lines);
        Assert.Null(tail.Problem);
    }

    [Fact]
    public void A_line_without_an_end_is_told()
    {
        _run.Log(1, 4);
        _run.Append(new string('x', 2 << 20));

        Assert.Equal([1], Read());
        Assert.Contains("more than 1 MiB", _tail.Problem, StringComparison.Ordinal);
    }

    private int[] Read()
    {
        _tail.Refresh();
        return [.. _tail.Lines.Select(l => l.Iteration)];
    }
}
