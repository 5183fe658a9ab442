using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Tests;

public class CommandLineTests
{
    [Fact]
    public async Task The_version_is_one_line_on_stdout()
    {
        ToolResult result = await ToolRunner.RunAsync("--version");

        Assert.Equal(0, result.Code);
        Assert.Matches(@"^panoptes \d+\.\d+\.\d+(\+[0-9a-f]+)?\n$", result.Output);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task Without_a_command_the_help_goes_to_stderr_and_the_arguments_are_wrong()
    {
        ToolResult result = await ToolRunner.RunAsync();

        Assert.Equal(2, result.Code);
        Assert.Empty(result.Output);
        Assert.Contains("doctor", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asked_for_help_goes_to_stdout()
    {
        ToolResult result = await ToolRunner.RunAsync("--help");

        Assert.Equal(0, result.Code);
        Assert.Contains("Commands:", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task Every_command_shows_an_example_of_itself()
    {
        foreach (string command in Commands.All)
        {
            ToolResult result = await ToolRunner.RunAsync([.. command.Split(' '), "--help"]);

            Assert.Equal(0, result.Code);
            string examples = result.Output[result.Output.IndexOf("Example", StringComparison.Ordinal)..];
            Assert.Contains($"  panoptes {command}", examples, StringComparison.Ordinal);
            Assert.Contains($"  panoptes {command} ", result.Output[..^examples.Length], StringComparison.Ordinal); // the usage
            Assert.Single(result.Output.Split('\n'), line => line.TrimStart().StartsWith("--json ", StringComparison.Ordinal));

            // What a shell completes, hundreds of names, has no place in the help.
            Assert.All(result.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 300));
        }
    }

    [Fact]
    public void A_first_word_makes_its_own_command_alone()
    {
        using ToolConsole console = new(TextWriter.Null, TextWriter.Null);
        Assert.Contains("score", Commands.Words);
        foreach (string word in Commands.Words)
        {
            Assert.Equal(word, Assert.Single(PanoptesTool.CreateCommands(console, word).Subcommands).Name);
        }
    }

    [Theory]
    [InlineData("doctro", "unknown command 'doctro'", "did you mean 'doctor'?")]
    [InlineData("xyzzy", "unknown command 'xyzzy'", "panoptes --help")]
    [InlineData("doctor --jsn", "unknown option '--jsn'", "did you mean '--json'?")]
    [InlineData("doctor --quite-another", "unknown option '--quite-another'", "panoptes doctor --help")]
    [InlineData("doctor surplus", "'surplus'", "panoptes doctor --help")]
    [InlineData("--jsn doctor", "unknown option '--jsn'", "")]
    [InlineData("score --annotations x", "unknown option '--annotations'", "did you mean 'panoptes score instances --gt' or 'panoptes score panoptic --gt'")]
    [InlineData("score instances --annotations x", "unknown option '--annotations'", "did you mean '--gt'?")]
    [InlineData("dataset --panoptic-folder=x", "unknown option '--panoptic-folder'", "did you mean 'panoptes dataset stats --panoptic-folder'")]
    [InlineData("score --quite-another", "unknown option '--quite-another'", "a command comes first: instances, panoptic")]
    [InlineData("score annotations", "unknown command 'annotations'", "panoptes score --help")]
    public async Task What_is_misspelt_is_named_with_the_nearest_name(string line, string problem, string hint)
    {
        ToolResult result = await ToolRunner.RunAsync(line.Split(' '));

        result.ShouldFailWith(2, problem, hint);
    }

    [Fact]
    public async Task A_far_name_is_not_suggested()
    {
        ToolResult result = await ToolRunner.RunAsync("xyzzy");

        Assert.DoesNotContain("did you mean", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_name_that_begins_with_an_at_sign_is_a_file_name()
    {
        ToolResult result = await ToolRunner.RunAsync("doctor", "@nowhere.txt");

        result.ShouldFailWith(2, "'@nowhere.txt'");
        Assert.DoesNotContain("response", result.Error, StringComparison.OrdinalIgnoreCase);
    }
}
