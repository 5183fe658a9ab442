using System.Runtime.InteropServices;
using Panoptes.Torch.Interop;

namespace Panoptes.Cli.Tests.Packaging;

/// <summary>The reader of export tables against the system's own loader.</summary>
public class NativeFileTests
{
    [Theory]
    [InlineData("c10")]
    [InlineData("torch_cpu")]
    public void What_the_reader_finds_the_loader_finds_too(string library)
    {
        string path = Path.Combine(NativeLoader.Folder, NativeLoader.FileName(library));
        NativeFile file = NativeFile.Read(path);
        nint handle = NativeLibrary.Load(path);

        Assert.True(file.Exports.Count > 1000);
        Assert.All(file.Exports.Where((_, i) => i % 97 == 0), name => Assert.True(NativeLibrary.TryGetExport(handle, name, out _), name));
        Assert.DoesNotContain("malloc", file.Exports); // which it takes from another library
        Assert.DoesNotContain("no_such_function", file.Exports);
        Assert.NotEmpty(file.Needs);
    }
}
