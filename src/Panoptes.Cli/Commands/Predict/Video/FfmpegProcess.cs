using System.ComponentModel;
using System.Diagnostics;

namespace Panoptes.Cli.Commands.Predict.Video;

/// <summary>ffmpeg or ffprobe at work, with what it says about errors. Disposed before it has ended, it is ended.</summary>
internal sealed class FfmpegProcess : IDisposable
{
    private const int LinesKept = 3;

    private readonly Process _process;
    private readonly Queue<string> _lines = [];

    private FfmpegProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program"><c>ffmpeg</c> or <c>ffprobe</c>, found where the system looks for programs.</param>
    /// <param name="arguments">Its arguments; none is read by a shell.</param>
    /// <exception cref="FileNotFoundException">It is not installed.</exception>
    public static FfmpegProcess Start(string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        try
        {
            return new FfmpegProcess(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new FileNotFoundException(
                $"{program} was not found, which reads and writes videos. Install it (apt install ffmpeg, brew install ffmpeg, "
                + "winget install ffmpeg), or give a folder of images with --track.",
                e);
        }
    }

    /// <summary>What it reads.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What it writes.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>The last lines that it said about errors; empty where it said none.</summary>
    public string Errors
    {
        get
        {
            lock (_lines) return string.Join(' ', _lines);
        }
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitAsync(CancellationToken cancellationToken = default)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }
        catch (InvalidOperationException)
        {
            // It ended meanwhile.
        }

        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;

        // "[mov,mp4 @ 0x55d1d0a0] moov atom not found": the address helps nobody.
        int end = line.StartsWith('[') ? line.IndexOf("] ", StringComparison.Ordinal) : -1;
        lock (_lines)
        {
            _lines.Enqueue(line[(end < 0 ? 0 : end + 2)..].Trim());
            if (_lines.Count > LinesKept) _lines.Dequeue();
        }
    }
}
