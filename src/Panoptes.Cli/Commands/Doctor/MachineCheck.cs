using System.Globalization;
using System.Runtime.InteropServices;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>The machine: system, processor, memory, graphics card, .NET.</summary>
internal static class MachineCheck
{
    private const string Area = "machine";
    private const double GiB = 1 << 30;

    /// <summary>Training the smallest network needs about this much.</summary>
    private const double LittleMemoryGiB = 4;

    /// <summary>Looks at the machine that runs this.</summary>
    public static IEnumerable<Finding> Run()
    {
        CpuInfo cpu = CpuInfo.Read();
        yield return Finding.Ok(Area, "system", $"{SystemName()} ({RuntimeInformation.RuntimeIdentifier})");
        yield return Finding.Ok(Area, ".NET", RuntimeInformation.FrameworkDescription, RuntimeEnvironment.GetRuntimeDirectory());
        yield return Finding.Ok(Area, "processor", $"{cpu.Model ?? "unknown"}, {Environment.ProcessorCount} cores");
        yield return Features(cpu);
        yield return Memory();
    }

    private static Finding Features(CpuInfo cpu)
    {
        const string name = "features";
        string features = cpu.Features.Count == 0 ? "none of the known ones" : string.Join(", ", cpu.Features);
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64 && !cpu.Flags.Contains("avx2"))
        {
            const string advice = "Without AVX2 everything is several times slower; use a newer processor if you have the choice.";
            return Finding.Warn(Area, name, features, advice);
        }

        string half = cpu.HasBFloat16 ? "bf16 in hardware" : "no bf16 in hardware: stay with fp32";
        return Finding.Ok(Area, name, $"{features}; {half}");
    }

    private static Finding Memory()
    {
        const string name = "memory";
        double total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / GiB;
        string text = string.Create(CultureInfo.InvariantCulture, $"{total:0.0} GiB for this process");
        const string advice = "Train with schedule.batch_size=1 and a small input.short_side, or on a machine with more memory.";
        return total < LittleMemoryGiB ? Finding.Warn(Area, name, text, advice) : Finding.Ok(Area, name, text);
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
