using Panoptes.Cli.Commands.Doctor;

namespace Panoptes.Cli.Tests.Doctor;

public class ProbeTests
{
    [Fact]
    public void An_x86_processor_is_read_from_its_flags()
    {
        CpuInfo cpu = CpuInfo.Parse(
            "processor\t: 0\nmodel name\t: Some Xeon\nflags\t\t: fpu avx2 avx512f amx_bf16\n\nprocessor\t: 1\nflags\t: none\n");

        Assert.Equal("Some Xeon", cpu.Model);
        Assert.Equal(["AVX2", "AVX-512", "AMX BF16"], cpu.Features);
        Assert.True(cpu.HasBFloat16);
    }

    [Fact]
    public void A_processor_tells_of_itself_what_linux_tells_of_it()
    {
        Assert.SkipUnless(File.Exists("/proc/cpuinfo"), "there is nothing to compare with: no /proc/cpuinfo");
        CpuInfo told = CpuInfo.Read(), asked = CpuInfo.Ask();

        Assert.Equal(told.Model, asked.Model);
        Assert.Equal(told.Features.Where(f => f is not ("SVE" or "BF16")), asked.Features);
    }

    [Fact]
    public void An_arm_processor_is_read_from_its_features()
    {
        CpuInfo cpu = CpuInfo.Parse("processor\t: 0\nFeatures\t: fp asimd sve\n");

        Assert.Null(cpu.Model);
        Assert.Equal(["NEON", "SVE"], cpu.Features);
        Assert.False(cpu.HasBFloat16);
    }
}
