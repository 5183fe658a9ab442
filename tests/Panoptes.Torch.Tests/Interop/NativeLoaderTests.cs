using System.Diagnostics;
using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Tests.Interop;

public sealed class NativeLoaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_missing_libtorch_is_an_error_that_names_the_package_and_the_folders()
    {
        DllNotFoundException error = Assert.Throws<DllNotFoundException>(() => NativeLoader.Load([_folder.FullName, "nowhere"]));
        Assert.Contains(_folder.FullName, error.Message);
        Assert.Contains(NativeLoader.PackageName(), error.Message);
        Assert.Contains("PANOPTES_LIBTORCH", error.Message);
    }

    [Fact]
    public void A_libtorch_that_cannot_be_loaded_is_an_error_of_one_line_with_the_reason()
    {
        foreach (string library in (string[])["c10", "torch_cpu"])
        {
            File.WriteAllText(Path.Combine(_folder.FullName, NativeLoader.FileName(library)), "no library");
        }

        DllNotFoundException error = Assert.Throws<DllNotFoundException>(() => NativeLoader.Load([_folder.FullName]));
        Assert.Contains(_folder.FullName, error.Message);
        Assert.Contains(NativeLoader.PackageName(), error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void The_runtime_tells_which_libtorch_it_has_and_finds_it_sound()
    {
        Assert.True(Version.Parse(TorchRuntime.Version) >= new Version(2, 10));
        Assert.True(File.Exists(TorchRuntime.LibraryPath));
        Assert.True(TorchRuntime.HasMklDnn);
        TorchRuntime.Check();
    }

    [Fact]
    public async Task A_libtorch_that_the_environment_names_is_tried_before_the_first_tensor()
    {
        if (NativeLoader.IsNamed)
        {
            // Whatever the thread is doing.
            using NoGrad noGrad = new();
            using Tensor one = Tensor.Ones([1]);
            Assert.True(SelfCheck.HasPassed);
            Assert.False(one.RequiresGrad);
            return;
        }

        // This test once more, in a process where it is named.
        string program = Path.Combine(AppContext.BaseDirectory, typeof(NativeLoaderTests).Assembly.GetName().Name + ".dll");
        string name = $"{typeof(NativeLoaderTests).FullName}.{nameof(A_libtorch_that_the_environment_names_is_tried_before_the_first_tensor)}";
        ProcessStartInfo start = new("dotnet", [program, "--filter-method", name]) { RedirectStandardOutput = true };
        start.Environment["PANOPTES_LIBTORCH"] = Path.GetDirectoryName(TorchRuntime.LibraryPath);
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.False(SelfCheck.HasPassed);
    }

    [Theory]
    [InlineData((2UL << 56) | (10UL << 48), 2, 10, 0)]
    [InlineData((2UL << 56) | (11UL << 48) | (1UL << 40), 2, 11, 1)]
    public void A_version_has_its_parts_in_the_high_bytes(ulong packed, int major, int minor, int patch) =>
        Assert.Equal((major, minor, patch), LoadedLibraries.Parts(packed));
}
