using System.Runtime.InteropServices;
using Panoptes.Cli;
using Panoptes.Cli.Terminal;

using CancellationTokenSource interruption = new();
using ToolConsole console = ToolConsole.ForProcess();

// The first Ctrl-C (or a scheduler's SIGTERM) asks the command to save and stop; the second is left to the system and kills.
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

return await PanoptesTool.RunAsync(args, console, interruption.Token);

void Stop(PosixSignalContext signal)
{
    if (interruption.IsCancellationRequested) return;
    signal.Cancel = true;
    console.Error.WriteLine("Stopping; Ctrl-C once more stops at once.");
    interruption.Cancel();
}
