using System.Diagnostics;

namespace Panoptes;

/// <summary>The memory of this process.</summary>
internal static class ProcessMemory
{
    /// <summary>The most bytes of the machine's memory that the process has taken so far.</summary>
    public static long PeakBytes
    {
        get
        {
            using Process process = Process.GetCurrentProcess();

            // Some systems tell a peak that lags behind.
            return Math.Max(process.PeakWorkingSet64, process.WorkingSet64);
        }
    }

    /// <summary>The same in MiB.</summary>
    public static double PeakMiB => PeakBytes / 1048576.0;
}
