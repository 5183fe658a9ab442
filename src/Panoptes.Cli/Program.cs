using System.Runtime.InteropServices;
using Panoptes.Cli;
using Panoptes.Cli.Terminal;

using CancellationTokenSource interruption = new();
using ToolConsole console = ToolConsole.ForProcess();

// The first Ctrl-C, or a scheduler's SIGTERM, asks the command to save and stop. A second Ctrl-C is left to the system and kills; a second
// SIGTERM may be the first one again, which `timeout` sends to the process and to its group.
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

return await PanoptesTool.RunAsync(args, console, interruption.Token);

void Stop(PosixSignalContext signal)
{
    bool again = interruption.IsCancellationRequested;
    signal.Cancel = !again || signal.Signal == PosixSignal.SIGTERM;
    if (again) return;
    console.Say("Stopping; Ctrl-C once more stops at once.");
    interruption.Cancel();
}
