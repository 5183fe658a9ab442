using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Panoptes.Benchmarks;

/// <summary>The memory of this process as Linux counts it; elsewhere as .NET tells it, with a peak that cannot be set back.</summary>
internal static partial class ProcessMemory
{
    private const double MiB = 1 << 20;

    /// <summary>What is resident now, in MiB.</summary>
    public static double Resident() => OperatingSystem.IsLinux() ? Status("VmRSS") : Environment.WorkingSet / MiB;

    /// <summary>The most that was ever resident, or since <see cref="ResetPeak"/>, in MiB.</summary>
    public static double Peak()
    {
        if (OperatingSystem.IsLinux()) return Status("VmHWM");
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / MiB;
    }

    /// <summary>Lets the peak begin at what is resident now (proc(5), clear_refs).</summary>
    public static void ResetPeak()
    {
        if (OperatingSystem.IsLinux()) File.WriteAllText("/proc/self/clear_refs", "5");
    }

    /// <summary>Gives what is free, of .NET's heap and of C's, back to the system, so that it counts when it is taken again.</summary>
    public static void GiveBack()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        if (OperatingSystem.IsLinux()) _ = MallocTrim(0);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    private static double Status(string key)
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(key, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
