using System.CommandLine;
using System.Text.Json;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;

namespace Panoptes.Cli.Commands.Completion;

/// <summary><c>panoptes completion</c>: the script by which a shell completes the tool's commands.</summary>
internal sealed class CompletionCommand : ToolCommand
{
    private readonly Argument<string> _shell = new Argument<string>("SHELL")
    {
        Description = "The shell: bash, zsh, pwsh or fish.",
    }.AcceptOnlyFromAmong("bash", "zsh", "pwsh", "fish");

    /// <param name="console">Where the script goes.</param>
    public CompletionCommand(ToolConsole console)
        : base(
            console,
            "completion",
            "Print the script with which a shell completes commands, options, configurations and their keys.",
            "panoptes completion bash >> ~/.bashrc",
            "panoptes completion zsh >> ~/.zshrc",
            "panoptes completion pwsh >> $PROFILE",
            "panoptes completion fish > ~/.config/fish/completions/panoptes.fish")
    {
        Arguments.Add(_shell);
        AddOptions();
    }

    /// <inheritdoc />
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string shell = arguments.GetRequiredValue(_shell);
        string script = CompletionScript.For(shell);
        WriteResult(arguments, json => WriteJson(json, shell, script), () => Console.Output.Write(script));
        return Task.FromResult(ExitCode.Done);
    }

    private static void WriteJson(Utf8JsonWriter json, string shell, string script)
    {
        json.WriteStartObject();
        json.WriteString("shell"u8, shell);
        json.WriteString("script"u8, script);
        json.WriteEndObject();
    }
}
