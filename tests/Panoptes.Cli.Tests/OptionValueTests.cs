using System.Text.Json;
using Panoptes.Cli.Commands.Export;
using Panoptes.Cli.Commands.Pretrain;
using Panoptes.Cli.Output;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Tests;

/// <summary>Values of options: how numbers are read, what is refused, and that it is refused before any work.</summary>
public sealed class OptionValueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // No model has this name: what is told of another option is told before a model is looked for.
    [Theory]
    [InlineData("--score", "0,1", "--score is '0,1'; it must be a number such as 0.1")]
    [InlineData("--score", "NaN", "--score is 'NaN'; it must be a number such as 0.5")]
    [InlineData("--batch", "two", "--batch is 'two'; it must be a whole number from")]
    [InlineData("--batch", "3000000000", "it must be a whole number from -2147483648 to 2147483647")]
    [InlineData("--short-side", "5", "--short-side 5: it must be a whole number from 16 to 8192")]
    [InlineData("--max-pixels", "0", "--max-pixels")]
    [InlineData("--save", "overlay,mask", "--save mask: did you mean 'masks'?")]
    [InlineData("--annotations", "", "--annotations: the value is empty")]
    [InlineData("--fps", "10", "--fps: belongs to the input '-'")]
    public async Task A_wrong_value_is_told_before_a_model_is_loaded(string option, string value, string problem)
    {
        string output = _folder.Full("found");
        ToolResult result = await ToolRunner.RunAsync(
            "predict", "--model", "zeppelin", _folder.Write("a.jpg"), "--output", output, option, value, "--track");
        result.ShouldFailWith(2, problem);
        Assert.False(Directory.Exists(output));
    }

    [Theory]
    [InlineData("pretrain", "x", "--output", "b.safetensors", "--learning-rate", "0,001")]
    [InlineData("demo", "--minutes", "7,5")]
    [InlineData("dataset", "subset", "--annotations", "a.json", "--output", "b.json", "--min-area", "1,5")]
    public async Task A_decimal_comma_is_refused(params string[] arguments)
    {
        string value = arguments[^1];
        (await ToolRunner.RunAsync(arguments)).ShouldFailWith(2, $"is '{value}'; it must be a number such as {value.Replace(',', '.')}");
    }

    [Fact]
    public async Task Numbers_are_read_in_every_form_that_has_one_meaning()
    {
        string none = _folder.Full("none.json");
        ToolResult result = await ToolRunner.RunAsync(
            "dataset", "subset", "--annotations", none, "--output", _folder.Full("b.json"), "--min-area", "1.5e3");
        result.ShouldFailWith(2, "none.json"); // the number is fine
    }

    [Theory]
    [InlineData("--samples", "200", "--against")]
    [InlineData("--seed", "1", "--against")]
    [InlineData("--allow-outside", null, "--report")]
    public async Task An_option_without_effect_is_refused(string option, string? value, string needed)
    {
        string[] words = value is null ? [option] : [option, value];
        (await ToolRunner.RunAsync(["score", "instances", "--gt", "none.json", "--dt", "none.json", .. words]))
            .ShouldFailWith(2, option, $"has no effect without {needed}");
    }

    [Fact]
    public async Task Too_few_samples_are_told_before_the_results_are_read() =>
        (await ToolRunner.RunAsync(
            "score", "instances", "--gt", "none.json", "--dt", "none.json", "--against", "none.json", "--samples", "3"))
            .ShouldFailWith(2, "--samples 3: it must be 100 or more");

    [Fact]
    public void What_has_no_value_is_null_in_the_JSON()
    {
        Assert.Contains(
            "\"largest_difference\":null,\"int8\":null",
            JsonSerializer.Serialize(new ExportReport("a.onnx", 1, 18, null, null), JsonOutput.Default.ExportReport), StringComparison.Ordinal);
        Assert.Equal(
            """{"output":null,"images":1,"classes":2,"validation_images":0,"top1":null,"top5":null,"seconds":1}""",
            JsonSerializer.Serialize(new PretrainReport(null, 1, 2, 0, null, null, 1), JsonOutput.Default.PretrainReport));
    }

    [Fact]
    public void Messages_move_no_cursor_and_name_options()
    {
        using StringWriter output = new();
        using StringWriter error = new();
        using ToolConsole console = new(output, error);
        console.Warn("a\u001b[2J.jpg: damaged");
        string told = console.Fail("a\u001b[2J.jpg: InputLimits.MaxSide sets\nthe limit");

        Assert.Equal("a\u001b[2J.jpg: --max-side (data.max_side in a configuration) sets\nthe limit", told);
        Assert.Equal(
            "warning: a?[2J.jpg: damaged\nerror: a?[2J.jpg: --max-side (data.max_side in a configuration) sets the limit\n",
            error.ToString().ReplaceLineEndings("\n"));
    }
}
