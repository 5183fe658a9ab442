using System.ComponentModel;
using System.Diagnostics;
using Panoptes.Torch.Interop;

namespace Panoptes.Torch.Tests.Interop;

public sealed class NativeLoaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("panoptes-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_missing_shim_is_an_error_that_says_how_to_build_it()
    {
        string path = Path.Combine(_folder.FullName, "libpanoptes_torch.so");
        var error = Assert.Throws<DllNotFoundException>(() => NativeLoader.Load([path], null));
        Assert.Contains(path, error.Message);
        Assert.Contains("./build.sh", error.Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nowhere")]
    public void A_shim_that_cannot_be_loaded_is_an_error_of_one_line_with_the_reason_and_the_package(string? folder)
    {
        string path = Path.Combine(_folder.FullName, "libpanoptes_torch.so");
        File.WriteAllText(path, "no library");
        var error = Assert.Throws<DllNotFoundException>(() => NativeLoader.Load(["missing", path], folder));
        Assert.Contains(path, error.Message);
        Assert.Contains("libtorch-dev", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_libtorch_that_has_moved_is_found_through_the_environments_folder()
    {
        // Stand-ins: a library under libtorch's name, and a shim that needs it and knows no folder to look in.
        string library = Path.Combine(_folder.CreateSubdirectory("lib").FullName, "libtorch_cpu.so");
        string shim = Path.Combine(_folder.FullName, "libpanoptes_torch.so");
        Compile("int panoptes_stand_in() { return 7; }", library, "-Wl,-soname,libpanoptes_stand_in.so");
        Compile("int panoptes_stand_in(); int shim() { return panoptes_stand_in(); }", shim, "-Wl,--no-as-needed", library);

        var error = Assert.Throws<DllNotFoundException>(() => NativeLoader.Load([shim], null));
        Assert.Contains("libpanoptes_stand_in.so", error.Message);
        Assert.NotEqual(0, NativeLoader.Load([shim], _folder.FullName));
    }

    private void Compile(string code, string output, params string[] options)
    {
        string source = Path.Combine(_folder.FullName, "source.cpp");
        File.WriteAllText(source, code);
        try
        {
            using Process compiler = Process.Start("c++", ["-shared", "-fPIC", "-o", output, source, .. options]);
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (Win32Exception)
        {
            Assert.Skip("needs a C++ compiler (apt-get install g++)");
        }
    }

    [Fact]
    public void The_runtime_tells_where_its_libraries_are()
    {
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "libpanoptes_torch.so"), TorchRuntime.ShimPath);
        Assert.Contains("libtorch_cpu", TorchRuntime.LibraryPath);
        Assert.True(File.Exists(TorchRuntime.LibraryPath));
        Assert.Equal(TorchRuntime.Configuration.Contains("MKL-DNN", StringComparison.Ordinal), TorchRuntime.HasMklDnn);
    }
}
