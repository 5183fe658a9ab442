namespace Panoptes.Cli.Tests;

public class CompletionTests
{
    private static async Task<string[]> SuggestAsync(string line)
    {
        ToolResult result = await ToolRunner.RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    [Theory]
    [InlineData("tr", "train")]
    [InlineData("score ", "instances,panoptic,tracks")]
    [InlineData("train embedmask_s", "embedmask_scratch,embedmask_slim")]
    [InlineData("train mine.yaml --dr", "--dry-run")]
    [InlineData("train mine.yaml schedule.iter", "schedule.iterations=")]
    [InlineData("train mine.yaml model.method=", "model.method=ciae,model.method=embedmask,model.method=meinst")]
    [InlineData("train mine.yaml input.flip=", "")]
    [InlineData("train mine.yaml --precision ", "amp,bf16,fp32")]
    [InlineData("train mine.yaml --device c", "cpu,cuda")]
    [InlineData("config show recipes/dsb2018_", "recipes/dsb2018_meinst")]
    [InlineData("completion ", "bash,fish,pwsh,zsh")]
    [InlineData("predict --model ", "mushrooms,nuclei,person,scenes-ciae,scenes-embedmask,scenes-meinst")]
    [InlineData("predict --model runs/", "")] // files: the shell's
    [InlineData("predict m", "merge")]
    [InlineData("eval --sh", "--shard,--short-side")]
    [InlineData("nothing of the kind", "")]
    public async Task What_may_stand_at_the_cursor_is_listed(string line, string expected) =>
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), await SuggestAsync(line));

    [Fact]
    public async Task Every_first_word_is_listed() => Assert.Equal(Commands.Words.Order(StringComparer.Ordinal), await SuggestAsync(""));

    [Theory]
    [InlineData("bash", "complete -o default -F")]
    [InlineData("zsh", "compdef")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    [InlineData("fish", "complete -c panoptes")]
    public async Task Each_shell_has_a_script(string shell, string part)
    {
        ToolResult result = await ToolRunner.RunAsync("completion", shell);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains(part, result.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_shell_is_refused() =>
        (await ToolRunner.RunAsync("completion", "cmd")).ShouldFailWith(2, "'cmd'", "panoptes completion --help");

    [Fact]
    public async Task Bash_completes()
    {
        Posix.RequireProgram("bash");
        string script = (await ToolRunner.RunAsync("completion", "bash")).Output;
        string tool = Path.Combine(AppContext.BaseDirectory, "Panoptes.Cli.dll");

        // As bash calls it: words are cut at = too.
        string test = script + $$"""
            panoptes() { dotnet '{{tool}}' "$@"; }
            try() {
                COMP_LINE="$1"; COMP_POINT=${#1}; shift
                COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
                _panoptes_complete
                (IFS=,; echo "${COMPREPLY[*]}")
            }
            try 'panoptes sc' panoptes sc
            try 'panoptes train embedmask_sl' panoptes train embedmask_sl
            try 'panoptes train x schedule.iter' panoptes train x schedule.iter
            try 'panoptes train x model.method=' panoptes train x model.method =
            try 'panoptes train x model.method=me' panoptes train x model.method = me
            try 'panoptes predict ' panoptes predict ''
            """;
        ToolResult result = await ToolRunner.RunProgramAsync("bash", ["-c", test]);

        Assert.Equal(
            ["score", "embedmask_slim", "schedule.iterations=", "ciae,embedmask,meinst", "meinst", ""],
            result.Output.Split('\n')[..6]);
    }

    [Fact]
    public async Task Fish_completes()
    {
        Posix.RequireProgram("fish");
        string script = (await ToolRunner.RunAsync("completion", "fish")).Output;
        string tool = Path.Combine(AppContext.BaseDirectory, "Panoptes.Cli.dll");
        using TemporaryFolder folder = new();
        string model = folder.Write("model.onnx", "");

        string test = script + $$"""
            function panoptes; dotnet '{{tool}}' $argv; end
            for line in 'panoptes sc' 'panoptes train embedmask_sl' 'panoptes train x schedule.iter' 'panoptes predict --model {{model[..^3]}}'
                string join , (complete -C $line)
            end
            """;
        ToolResult result = await ToolRunner.RunProgramAsync("fish", ["--no-config", "-c", test]);

        Assert.Equal(["score", "embedmask_slim", "schedule.iterations=", model], result.Output.Split('\n')[..4]);
    }

    [Fact]
    public async Task PowerShell_completes()
    {
        Posix.RequireProgram("pwsh");
        string script = (await ToolRunner.RunAsync("completion", "pwsh")).Output;
        string tool = Path.Combine(AppContext.BaseDirectory, "Panoptes.Cli.dll");

        string test = script + $$"""
            function panoptes { dotnet '{{tool}}' @args }
            foreach ($line in 'panoptes sc', 'panoptes train embedmask_sl', 'panoptes train x schedule.iter', 'panoptes train x model.method=') {
                (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText -join ','
            }
            """;
        ToolResult result = await ToolRunner.RunProgramAsync("pwsh", ["-NoProfile", "-Command", test]);

        Assert.Equal(
            ["score", "embedmask_slim", "schedule.iterations=", "model.method=ciae,model.method=embedmask,model.method=meinst"],
            result.Output.ReplaceLineEndings("\n").Split('\n')[..4]);
    }
}
