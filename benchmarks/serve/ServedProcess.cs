using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Panoptes.Benchmarks.Serve;

/// <summary>A service as a process of its own, whose memory is watched.</summary>
internal sealed class ServedProcess : IDisposable
{
    private readonly Process _process;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<double> _mebibytes = [];

    private ServedProcess(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts a program and waits until it answers.</summary>
    /// <param name="program">The program.</param>
    /// <param name="ready">The path that answers when it is ready.</param>
    /// <param name="arguments">Its arguments, of the address it listens at.</param>
    public static async Task<ServedProcess> StartAsync(string program, string ready, Func<string, IEnumerable<string>> arguments)
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        string url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        ProcessStartInfo start = new(program, arguments(url)) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        ServedProcess served = new(process, new Uri(url));
        using HttpClient http = new();
        for (int i = 0; i < 600; i++)
        {
            if (process.HasExited) throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
            try
            {
                if ((await http.GetAsync(new Uri(served.Address, ready))).IsSuccessStatusCode) break;
            }
            catch (HttpRequestException)
            {
                // not yet
            }

            await Task.Delay(100);
        }

        _ = served.WatchAsync();
        return served;
    }

    /// <summary>What the processors worked for it so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory after a quarter of the time and at its end: flat where they are alike.</summary>
    public string Memory()
    {
        lock (_mebibytes)
        {
            return _mebibytes.Count == 0 ? "" : string.Create(
                CultureInfo.InvariantCulture,
                $"   resident {_mebibytes[_mebibytes.Count / 4]:0} MiB after a quarter, {_mebibytes[^1]:0} at the end, {_mebibytes.Max():0} at most");
        }
    }

    /// <summary>Begins to watch the memory from now on.</summary>
    public void Forget()
    {
        lock (_mebibytes) _mebibytes.Clear();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested && !_process.HasExited)
        {
            _process.Refresh();
            lock (_mebibytes) _mebibytes.Add(_process.WorkingSet64 / (double)(1 << 20));
            await Task.Delay(500);
        }
    }
}
