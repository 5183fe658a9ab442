using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Panoptes.Cli.Commands.Doctor;

/// <summary>The processor as Linux describes it in <c>/proc/cpuinfo</c>; elsewhere as it describes itself.</summary>
/// <param name="Model">Its name, or null where the system gives none.</param>
/// <param name="Flags">Instruction sets, in the kernel's spelling (<c>avx512f</c>, <c>amx_bf16</c>, <c>asimd</c>).</param>
internal sealed record CpuInfo(string? Model, IReadOnlySet<string> Flags)
{
    /// <summary>Instruction sets worth telling: the kernel's flag and the name that people know.</summary>
    private static readonly (string Flag, string Name)[] s_known =
    [
        ("avx2", "AVX2"),
        ("avx512f", "AVX-512"),
        ("avx512_vnni", "AVX-512 VNNI"),
        ("avx512_bf16", "AVX-512 BF16"),
        ("amx_bf16", "AMX BF16"),
        ("asimd", "NEON"),
        ("sve", "SVE"),
        ("bf16", "BF16"),
    ];

    /// <summary>Known instruction sets that this processor has, in words.</summary>
    public IReadOnlyList<string> Features => [.. s_known.Where(k => Flags.Contains(k.Flag)).Select(k => k.Name)];

    /// <summary>Whether bfloat16 arithmetic runs in hardware, so that <c>--precision bf16</c> is faster than fp32.</summary>
    public bool HasBFloat16 => Flags.Contains("avx512_bf16") || Flags.Contains("amx_bf16") || Flags.Contains("bf16");

    /// <summary>Reads the running machine's.</summary>
    public static CpuInfo Read() => File.Exists("/proc/cpuinfo") ? Parse(File.ReadAllText("/proc/cpuinfo")) : Ask();

    /// <summary>What the processor and .NET tell on every system.</summary>
    public static CpuInfo Ask()
    {
        if (!X86Base.IsSupported)
        {
            string[] features = AdvSimd.IsSupported ? ["asimd"] : [];
            return new CpuInfo(Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER"), features.ToHashSet());
        }

        // Leaf 7 of the instruction CPUID: not .NET's own switches, which leave libtorch as it is.
        (_, int b, int c, int d) = X86Base.CpuId(7, 0);
        (int a, _, _, _) = X86Base.CpuId(7, 1);
        (string Flag, bool Has)[] flags =
        [
            ("avx2", HasBit(b, 5)),
            ("avx512f", HasBit(b, 16)),
            ("avx512_vnni", HasBit(c, 11)),
            ("avx512_bf16", HasBit(a, 5)),
            ("amx_bf16", HasBit(d, 22)),
        ];
        return new CpuInfo(BrandString(), flags.Where(f => f.Has).Select(f => f.Flag).ToHashSet());
    }

    private static bool HasBit(int register, int bit) => ((register >> bit) & 1) != 0;

    /// <summary>The 48 characters that x86 processors call themselves.</summary>
    private static string? BrandString()
    {
        const int first = unchecked((int)0x80000002);
        List<int> words = [];
        for (int i = 0; i < 3; i++)
        {
            (int a, int b, int c, int d) = X86Base.CpuId(first + i, 0);
            words.AddRange([a, b, c, d]);
        }

        string text = Encoding.ASCII.GetString(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(words))).Trim('\0', ' ');
        return text.Length > 0 ? text : null;
    }

    /// <summary>Reads the first processor of a <c>/proc/cpuinfo</c> text (x86: "flags", ARM: "Features").</summary>
    public static CpuInfo Parse(string text)
    {
        string? model = null;
        string[] flags = [];
        foreach (string line in text.Split('\n'))
        {
            string[] parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
            if (parts.Length < 2) continue;
            if (model is null && parts[0] == "model name") model = parts[1];
            if (flags.Length == 0 && parts[0] is "flags" or "Features") flags = parts[1].ToLower(CultureInfo.InvariantCulture).Split(' ');
        }

        return new CpuInfo(model, flags.ToHashSet());
    }
}
