using System.Text;
using Panoptes.Cli.Parsing;
using Spectre.Console;

namespace Panoptes.Cli.Terminal;

/// <summary>
/// Where a command writes: results to stdout, messages and progress to stderr. Tests hand in their own writers.
/// </summary>
internal sealed class ToolConsole : IDisposable
{
    /// <summary>Columns assumed where output goes to a file or a pipe, so that tables are not folded.</summary>
    private const int WidthWhenRedirected = 160;

    private static readonly string[] s_launchers = ["OMPI_COMM_WORLD_RANK", "PMI_RANK"];

    private readonly Lazy<IAnsiConsole> _result;
    private readonly Lazy<bool> _errorHasColors;

    /// <summary>A console over two writers, which the caller keeps.</summary>
    /// <param name="output">Receives results.</param>
    /// <param name="error">Receives messages and progress.</param>
    /// <param name="outputIsTerminal">Whether <paramref name="output"/> is a terminal with escape sequences: colors, its width.</param>
    /// <param name="errorIsTerminal">Whether <paramref name="error"/> is one: then progress is drawn as a bar.</param>
    /// <param name="width">Tells the columns that the terminal has now; null asks the system.</param>
    public ToolConsole(
        TextWriter output, TextWriter error, bool outputIsTerminal = false, bool errorIsTerminal = false, Func<int>? width = null)
    {
        Output = output;
        Error = error;
        Live = errorIsTerminal ? new LiveBlock(error, width ?? WindowWidth) : null;
        _result = new(() => CreateAnsi(output, outputIsTerminal));
        _errorHasColors = new(() => CreateAnsi(error, errorIsTerminal).Profile.Capabilities.ColorSystem != ColorSystem.NoColors);
    }

    /// <summary>Results as text, stdout. Buffered until <see cref="Flush"/>.</summary>
    public TextWriter Output { get; }

    /// <summary>Messages, stderr.</summary>
    public TextWriter Error { get; }

    /// <summary>Results with tables and colors, stdout.</summary>
    public IAnsiConsole Result => _result.Value;

    /// <summary>Progress that is drawn over, stderr; null where that is not a terminal.</summary>
    public LiveBlock? Live { get; }

    /// <summary>Whether progress is drawn in colors.</summary>
    public bool ErrorHasColors => _errorHasColors.Value;

    /// <summary>The console of this process.</summary>
    public static ToolConsole ForProcess()
    {
        // mpirun gives each process a terminal as stdout that is none: what .NET writes to prepare it would stand in the results.
        if (s_launchers.Any(name => Environment.GetEnvironmentVariable(name) is not null)) Environment.SetEnvironmentVariable("TERM", "dumb");

        // Buffered, not Console.Out: a large JSON result is one write, and a full disk shows in Flush, inside the error boundary.
        StreamWriter output = new(Console.OpenStandardOutput(), new UTF8Encoding(false), bufferSize: 16384);
        StreamWriter error = new(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true };
        // A console of Windows takes bytes for those of its own code page unless it is told otherwise.
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected) Console.OutputEncoding = new UTF8Encoding(false);
        // Terminals of Windows that draw name themselves in other ways.
        string[] names = OperatingSystem.IsWindows() ? ["TERM", "WT_SESSION", "TERM_PROGRAM"] : ["TERM"];
        bool drawable = names.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } and not "dumb");
        return new ToolConsole(
            output,
            TextWriter.Synchronized(error),
            drawable && !Console.IsOutputRedirected,
            drawable && !Console.IsErrorRedirected);
    }

    /// <summary>Writes a message as a line of its own, above the progress bar where there is one.</summary>
    public void Say(string line)
    {
        if (Live is { } live)
        {
            live.WriteAbove(line);
        }
        else
        {
            Error.WriteLine(line);
        }
    }

    /// <summary>Writes a message of something that is not as it should be and stops nothing.</summary>
    public void Warn(string message) => Say($"warning: {OneLine.Of(OptionNames.Translate(message))}");

    /// <summary>Writes a message of something that could not be used, after which the command goes on.</summary>
    /// <param name="problem">A library's message.</param>
    /// <returns>The message with the tool's options, for JSON.</returns>
    public string Fail(string problem)
    {
        string translated = OptionNames.Translate(problem);
        Say($"error: {OneLine.Of(translated)}");
        return translated;
    }

    /// <summary>Writes out what <see cref="Output"/> holds back.</summary>
    /// <exception cref="IOException">Stdout cannot take it: a full disk.</exception>
    public void Flush() => Output.Flush();

    /// <summary>Gives up what <see cref="Output"/> still holds: <see cref="Flush"/> is the way to write it.</summary>
    public void Dispose() => Error.Flush();

    /// <summary>The columns of the window; 80 if there is none to ask.</summary>
    private static int WindowWidth()
    {
        const int usual = 80;
        try
        {
            return Console.WindowWidth is > 0 and int columns ? columns : usual;
        }
        catch (IOException)
        {
            return usual;
        }
    }

    private static IAnsiConsole CreateAnsi(TextWriter writer, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        if (!isTerminal) console.Profile.Width = WidthWhenRedirected;
        return console;
    }
}
