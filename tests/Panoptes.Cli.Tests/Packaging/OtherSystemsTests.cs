using Panoptes.Torch.Interop;

namespace Panoptes.Cli.Tests.Packaging;

/// <summary>
/// The tool for systems that the tests may not run on: every native library is in place, has the functions that are called, and needs
/// nothing but what is there or part of the system.
/// </summary>
[Collection(nameof(PackagingCollection))]
public class OtherSystemsTests(PackagingFixture packaging)
{
    // Advice to one system, about memory: called there alone, and nothing depends on it.
    private static readonly string[] s_advice = ["madvise", "open", "fsync", "close"]; // the last three write a folder to disk, which Windows does unasked

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("win-x64")]
    [InlineData("osx-arm64")]
    public async Task Every_native_function_is_in_a_library_that_is_published(string id)
    {
        TargetSystem system = new(id);
        string folder = await packaging.PublishAsync(system);
        Dictionary<string, NativeFile> libraries = ReadLibraries(folder);
        List<string> missing = [];
        int found = 0;

        foreach (ImportedFunction function in Directory.GetFiles(folder, "Panoptes*.dll").SelectMany(ImportedFunction.Read))
        {
            if (s_advice.Contains(function.Name) || system.HasFunctionsOf(function.Library)) continue;
            Check(system.FileName(function.Library), function.Name);
        }

        foreach (CppName name in CppName.All) Check(system.FileName(name.Library), system.NameOf(name));

        Assert.Empty(missing);
        Assert.True(found > 30, $"only {found} functions were found: the test looks at the wrong files");

        void Check(string library, string name)
        {
            if (!libraries.TryGetValue(library, out NativeFile? file)) missing.Add($"{library} ({name})");
            else if (!file.Exports.Contains(name)) missing.Add($"{library}: {name}");
            else found++;
        }
    }

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("win-x64")]
    [InlineData("osx-arm64")]
    public async Task Every_native_library_needs_only_what_is_published_or_part_of_the_system(string id)
    {
        TargetSystem system = new(id);
        Dictionary<string, NativeFile> libraries = ReadLibraries(await packaging.PublishAsync(system));

        Assert.Contains(system.FileName(LibTorch.Library), libraries.Keys);
        IEnumerable<string> missing = libraries
            .SelectMany(l => l.Value.Needs, (l, need) => (l.Key, Need: need))
            .Where(n => !system.Brings(n.Need) && !libraries.ContainsKey(n.Need.Split('/')[^1]))
            .Select(n => $"{n.Key} needs {n.Need}");
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("linux-x64")]
    [InlineData("win-x64")]
    [InlineData("osx-arm64")]
    public async Task What_only_python_and_tests_of_libtorch_need_is_not_published(string id)
    {
        string folder = await packaging.PublishAsync(new TargetSystem(id));

        Assert.True(File.Exists(Path.Combine(folder, "LICENSE-LIBTORCH.txt")));
        Assert.DoesNotContain(
            Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension),
            name => name!.Contains("torch_python", StringComparison.Ordinal) || name.Contains("_test", StringComparison.Ordinal));
    }

    /// <summary>A function of the C library has a twin on Windows, in the same type, and the other way round.</summary>
    [Fact]
    public async Task Functions_of_one_system_have_a_twin_on_the_others()
    {
        string folder = await packaging.PublishAsync(new TargetSystem("win-x64"));
        TargetSystem windows = new("win-x64"), linux = new("linux-x64");

        IEnumerable<string> alone = Directory.GetFiles(folder, "Panoptes*.dll")
            .SelectMany(ImportedFunction.Read)
            .Where(f => !s_advice.Contains(f.Name))
            .GroupBy(f => f.DeclaringType)
            .Where(type => type.Any(f => windows.HasFunctionsOf(f.Library)) != type.Any(f => linux.HasFunctionsOf(f.Library)))
            .Select(type => type.Key);

        Assert.Empty(alone);
    }

    private static Dictionary<string, NativeFile> ReadLibraries(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(IsNative)
            .ToDictionary(file => Path.GetFileName(file), NativeFile.Read, StringComparer.OrdinalIgnoreCase);

    private static bool IsNative(string file)
    {
        string name = Path.GetFileName(file);
        if (name.EndsWith(".dylib", StringComparison.Ordinal) || name.Contains(".so", StringComparison.Ordinal)) return true;
        if (!name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)) return false;
        using FileStream stream = File.OpenRead(file);
        using System.Reflection.PortableExecutable.PEReader reader = new(stream);
        return !reader.HasMetadata;
    }
}
