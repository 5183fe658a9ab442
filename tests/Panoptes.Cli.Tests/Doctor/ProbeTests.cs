using Panoptes.Cli.Commands.Doctor;

namespace Panoptes.Cli.Tests.Doctor;

public class ProbeTests
{
    private static string Maps(params string[] paths) =>
        string.Concat(paths.Select((path, i) => $"7f000000{i}000-7f000001{i}000 r-xp 00001000 fe:00 12{i}    {path}\n"))
        + "7ffd0000-7ffe0000 rw-p 00000000 00:00 0    [stack]\n";

    [Theory]
    [InlineData("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", "reference BLAS", true)]
    [InlineData("/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3", "OpenBLAS", false)]
    [InlineData("/usr/lib/x86_64-linux-gnu/blis-openmp/libblas.so.3", "BLIS", false)]
    [InlineData("/usr/lib/x86_64-linux-gnu/libmkl_rt.so", "Intel MKL", false)]
    [InlineData("/opt/torch/lib/libopenblasp-r0.3.27.so", "OpenBLAS", false)]
    [InlineData("/opt/torch/lib/libtorch_cpu.so", "built into libtorch", false)]
    public void The_blas_in_use_is_told_from_the_mapped_file(string path, string name, bool reference)
    {
        Blas blas = Blas.Find(MappedLibraries.Parse(Maps("/usr/lib/libc.so.6", path)));

        Assert.Equal((name, reference), (blas.Name, blas.IsReference));
    }

    [Fact]
    public void The_reference_blas_counts_even_where_lapack_maps_openblas_too()
    {
        const string folder = "/usr/lib/x86_64-linux-gnu";
        string maps = Maps($"{folder}/blas/libblas.so.3.11.0", $"{folder}/openblas-openmp/libopenblas.so.0");

        Assert.True(Blas.Find(MappedLibraries.Parse(maps)).IsReference);
    }

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
