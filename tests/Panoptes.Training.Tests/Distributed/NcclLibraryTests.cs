using System.Diagnostics;
using Panoptes.Training.Distributed.Nccl;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Distributed;

/// <summary>The bindings against a library that a C compiler makes from NCCL's declarations, and against NCCL itself where it is.</summary>
public class NcclLibraryTests
{
    [Fact]
    public unsafe void Its_functions_receive_what_they_declare()
    {
        using TemporaryFolder folder = new();
        string source = Path.Combine(AppContext.BaseDirectory, "Distributed", "nccl.c"), file = Path.Combine(folder.Path, "libnccl.so");
        Compile(source, file);
        NcclLibrary nccl = NcclLibrary.Open(file);
        Assert.Equal(22703, nccl.Version);

        nint communicator = nccl.Join(4, nccl.CreateId(), 3);
        float[] numbers = [1, -2.5f, 3];
        fixed (float* data = numbers)
        {
            nccl.AllReduce(data, numbers.Length, communicator, 0x1234);
        }

        Assert.Equal([4, -10, 12], numbers);
        nccl.ThrowIfFailed(communicator); // still at work

        numbers = [1e6f];
        fixed (float* data = numbers)
        {
            nccl.AllReduce(data, 1, communicator, 0x1234);
        }

        IOException lost = Assert.Throws<IOException>(() => nccl.ThrowIfFailed(communicator));
        Assert.Equal("ncclAllReduce failed with code 6: remote process exited or there was a network error", lost.Message);
        nccl.Leave(communicator);
        IOException none = Assert.Throws<IOException>(() => nccl.Join(4, nccl.CreateId(), 4));
        Assert.Contains("ncclCommInitRank failed with code 5", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_installed_library_has_them()
    {
        NcclLibrary? nccl = NcclLibrary.TryLoad();
        Assert.SkipWhen(nccl is null, "NCCL is not installed");
        Assert.InRange(nccl.Version, 20400, 99999);
    }

    [Fact]
    public void A_library_of_something_else_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libm.so.6 is Linux's");
        InputException error = Assert.Throws<InputException>(() => NcclLibrary.Open("libm.so.6"));
        Assert.Contains("PANOPTES_NCCL: 'libm.so.6' has no 'ncclGetVersion'", error.Message, StringComparison.Ordinal);
    }

    private static void Compile(string source, string file)
    {
        try
        {
            ProcessStartInfo start = new("cc", ["-shared", "-fPIC", "-o", file, source]) { RedirectStandardError = true };
            using Process compiler = Process.Start(start)!;
            string error = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            Assert.True(compiler.ExitCode == 0, error);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("needs a C compiler, cc");
        }
    }
}
