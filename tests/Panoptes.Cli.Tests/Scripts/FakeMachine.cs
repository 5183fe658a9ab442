namespace Panoptes.Cli.Tests.Scripts;

/// <summary>A machine whose programs are replaced by ones that play a part and keep a record.</summary>
internal sealed class FakeMachine : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Has a few real tools, and the script under test in a project of its own.</summary>
    public FakeMachine(string script, params string[] tools)
    {
        Posix.Require();
        string text = File.ReadAllText(Repository.Require(script)).Replace("/usr/bin/python3", "python3", StringComparison.Ordinal);
        Script = _folder.Write($"project/{script}", text);
        foreach (string tool in tools)
        {
            string real = new[] { "/usr/bin/", "/bin/" }.Select(d => d + tool).First(File.Exists);
            File.CreateSymbolicLink(_folder.Full(tool), real);
        }
    }

    /// <summary>The script under test.</summary>
    public string Script { get; }

    /// <summary>What the programs have written with <c>&gt;&gt; $LOG</c>.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => _folder.Full("log");

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    /// <summary>Adds a program.</summary>
    public void Program(string name, string script) => Posix.MakeExecutable(_folder.Write(name, $"#!/bin/bash\n{script}\n"));

    /// <summary>Takes a program away.</summary>
    public void Remove(string name) => File.Delete(_folder.Full(name));

    /// <summary>Runs the script, which sees nothing but the machine's programs.</summary>
    public Task<ToolResult> RunAsync(params string[] arguments) => ToolRunner.RunProgramAsync("/bin/bash", [Script, .. arguments], start =>
    {
        start.Environment["PATH"] = _folder.Path;
        start.Environment["LOG"] = LogFile;
        start.Environment.Remove("PANOPTES_PYTHON");
        start.Environment.Remove("PANOPTES_CHROMIUM");
        start.RedirectStandardInput = true;
    });
}
