namespace Panoptes.Cli.Tests;

public class FailureTests
{
    private static (int Code, string Error) Report(Exception exception, bool verbose = false, bool cancelled = false)
    {
        using StringWriter error = new();
        int code = Failure.Report(exception, error, verbose, new CancellationToken(cancelled));
        return (code, error.ToString());
    }

    [Fact]
    public void Bad_input_is_one_line_and_exit_code_2() =>
        Assert.Equal((2, "error: a.json: no 'images'\n"), Report(new InputException(InputErrorKind.Invalid, "a.json", null, "no 'images'")));

    [Fact]
    public void Anything_else_is_one_line_and_exit_code_1() =>
        Assert.Equal((1, "error: No space left on device : '/x'\n"), Report(new IOException("No space left on device : '/x'")));

    [Fact]
    public void A_message_of_several_lines_becomes_one()
    {
        InvalidOperationException error = new("aten::conv2d failed:\n  sizes differ\n");

        Assert.Equal((1, "error: aten::conv2d failed: sizes differ\n"), Report(error));
    }

    [Fact]
    public void An_interruption_is_130_and_no_error() =>
        Assert.Equal((130, "interrupted\n"), Report(new OperationCanceledException(), cancelled: true));

    [Fact]
    public void A_cancellation_that_nobody_asked_for_is_a_failure() =>
        Assert.Equal(1, Report(new OperationCanceledException("timed out")).Code);

    [Fact]
    public void Bad_input_met_in_a_parallel_loop_is_still_bad_input()
    {
        AggregateException wrapped = new(new IOException("first"), new AggregateException(InputException.ForSetting(null, "b.jpg is not an image")));

        Assert.Equal((2, "error: b.jpg is not an image\n"), Report(wrapped));
    }

    [Fact]
    public void The_stack_trace_shows_with_verbose_only()
    {
        Exception thrown = Assert.Throws<IOException>(() => Fail());

        Assert.DoesNotContain(nameof(Fail), Report(thrown).Error, StringComparison.Ordinal);
        Assert.Contains(nameof(Fail), Report(thrown, verbose: true).Error, StringComparison.Ordinal);

        static void Fail() => throw new IOException("broken");
    }
}
