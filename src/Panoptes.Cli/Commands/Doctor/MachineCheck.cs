using System.Globalization;
using System.Runtime.InteropServices;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>The machine: system, processor, memory, graphics card, .NET.</summary>
internal static class MachineCheck
{
    private const string Area = "machine";
    private const double GiB = 1 << 30;

    /// <summary>Training the smallest network needs about so much.</summary>
    private const double LittleMemoryGiB = 4;

    /// <summary>Looks at the machine that runs this.</summary>
    public static IEnumerable<Finding> Run()
    {
        yield return new(Area, "system", FindingStatus.Good, $"{SystemName()} ({RuntimeInformation.RuntimeIdentifier})");
        yield return new(Area, ".NET", FindingStatus.Good, RuntimeInformation.FrameworkDescription, RuntimeEnvironment.GetRuntimeDirectory());

        CpuInfo cpu = CpuInfo.Read();
        yield return new(Area, "processor", FindingStatus.Good, $"{cpu.Model ?? "unknown"}, {Environment.ProcessorCount} cores");
        yield return Features(cpu);
        yield return Memory();
    }

    private static Finding Features(CpuInfo cpu)
    {
        string features = cpu.Features.Count == 0 ? "none of those known to matter" : string.Join(", ", cpu.Features);
        bool slow = RuntimeInformation.ProcessArchitecture == Architecture.X64 && !cpu.Flags.Contains("avx2");
        return slow
            ? new(Area, "features", FindingStatus.Warning, features, Advice: "Without AVX2 everything is several times slower; use a newer processor if there is a choice.")
            : new(Area, "features", FindingStatus.Good, cpu.HasBFloat16 ? $"{features}; bf16 in hardware" : $"{features}; no bf16 in hardware: stay with fp32");
    }

    private static Finding Memory()
    {
        double total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / GiB;
        string text = string.Create(CultureInfo.InvariantCulture, $"{total:0.0} GiB for this process");
        return total < LittleMemoryGiB
            ? new(Area, "memory", FindingStatus.Warning, text, Advice: "Train with schedule.batch_size=1 and a small input.short_side, or on a machine with more memory.")
            : new(Area, "memory", FindingStatus.Good, text);
    }

    private static string SystemName()
    {
        const string file = "/etc/os-release";
        string? line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))
            : null;
        return line?.Split('=', 2)[1].Trim('"') ?? RuntimeInformation.OSDescription;
    }
}
