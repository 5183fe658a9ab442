using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace Panoptes.Benchmarks;

/// <summary>The memory of this process as Linux counts it.</summary>
internal static partial class ProcessMemory
{
    /// <summary>What is resident now, in MiB.</summary>
    public static double Resident() => Status("VmRSS");

    /// <summary>The most that was ever resident, or since <see cref="ResetPeak"/>, in MiB.</summary>
    public static double Peak() => Status("VmHWM");

    /// <summary>Lets the peak begin at what is resident now (proc(5), clear_refs).</summary>
    public static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    /// <summary>Gives what is free, of .NET's heap and of C's, back to the system, so that it counts when it is taken again.</summary>
    public static void GiveBack()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        _ = MallocTrim(0);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);

    private static double Status(string key)
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(key, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
